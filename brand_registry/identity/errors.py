"""What can be wrong with who somebody says they are."""

from detector.errors import DetectorError


class SignInRefused(DetectorError):
    """Name or password is wrong; which of them is never said."""


class TooManyAttempts(DetectorError):
    """Nobody may try any longer for a while. `wait` is in seconds."""

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class WeakPassword(DetectorError):
    """A password that others would guess."""


class InvitationEnded(DetectorError):
    """A link that was used, has ended, or never was: the three look the same."""


class InvitationRefused(DetectorError):
    """An invitation that can't be made, or taken up, as it was asked for."""
