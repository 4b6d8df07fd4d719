"""Fetching from strangers: only from public addresses, and never more than was asked for."""
