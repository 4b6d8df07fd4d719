"""Attacks on a brand's own assets, graded by strength, each beside an innocent twin of the same strength."""
