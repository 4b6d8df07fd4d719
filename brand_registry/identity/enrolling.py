"""People as an operator makes them on the machine itself, without a link."""

from detector.errors import DetectorError


class NotEnrolled(DetectorError):
    """Somebody, or an owner, who can't be made as was asked."""
