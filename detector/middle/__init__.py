"""A model in the middle: what it is asked about which cases, and what its answer may count. Nothing here
knows the network.
"""
