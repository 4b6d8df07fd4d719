"""What can go wrong on shared ground."""


class BadSetting(Exception):
    """A setting that makes no sense; its message names the variable and what it may be."""
