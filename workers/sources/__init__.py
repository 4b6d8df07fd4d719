"""Marketplaces that listings are pulled from: one file each."""
