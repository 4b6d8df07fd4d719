"""The sample marketplace: invented brands, listings that abuse them, and honest ones that look alike."""
