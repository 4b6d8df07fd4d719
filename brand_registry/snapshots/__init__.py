"""What is judged with: the registry as it was at one revision, in files that workers load and swap."""
