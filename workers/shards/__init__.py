"""The artefact store: what listings say and what was read of pictures, in files that are made for scanning.

Everything in it can be made again from the database and the blobs, which are the truth.
"""
