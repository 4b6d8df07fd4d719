"""Scans of a catalogue's file that are spread over the workers of many machines.

What each part gets and gives lies among the blobs; rows of the database say how far each has come.
"""
