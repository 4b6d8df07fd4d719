"""What can go wrong, in words that tell a person what to do about it."""


class DetectorError(Exception):
    """Anything that this project raises on purpose; its message says what to do."""


class UnreadableInput(DetectorError):
    """An input that cannot be read at all: a missing catalogue, an unknown format, a broken brand file."""


class NamesNothing(DetectorError):
    """What somebody named, by an id, an address or a place in a list, is not there: wrong usage, like a wrong
    option.
    """


class PictureRefused(DetectorError):
    """A picture that is missing, broken, too large or no picture; the listing becomes `incomplete`."""
