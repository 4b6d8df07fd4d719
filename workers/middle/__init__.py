"""Asks a model in the middle, within bounds of time, calls and tokens, and keeps what it answered."""
