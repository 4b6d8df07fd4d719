"""What can be wrong with what a reviewer asks for. The messages say what to do."""

from detector.errors import DetectorError
from storage.errors import ChangedMeanwhile


class TooLate(ChangedMeanwhile):
    """Somebody else has done it already, or has the case now; nothing of this was kept."""


class AgainstTheRules(DetectorError):
    """A decision that lacks something, or has something that doesn't go with it."""
