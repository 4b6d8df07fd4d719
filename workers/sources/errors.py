"""What can be wrong with a source itself, rather than with the way to it."""

from detector.errors import DetectorError, UnreadableInput


class BadSources(UnreadableInput):
    """A file of sources that cannot be used as it is."""


class BadSource(DetectorError):
    """A shop whose answers make no sense: not the kind it is said to be, or broken."""


class BudgetSpent(DetectorError):
    """A pull took what it may. It goes on from its cursor next time."""
