"""Why something was not fetched. Messages name hosts and paths, never queries, which may hold secrets."""

from detector.errors import DetectorError


class FetchFailed(DetectorError):
    """Something was not had from the web. `passing` says that another try may go better, `after` that it
    shall wait so many seconds first.
    """

    passing = False

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class UrlRefused(FetchFailed):
    """An address that is not fetched from, whatever lies there."""


class AddressRefused(FetchFailed):
    """A host that lies in a network which is not public."""


class TooLarge(FetchFailed):
    """More bytes than are taken, as sent or unpacked."""


class TooManyRedirects(FetchFailed):
    """Led on and on."""


class TooSlow(FetchFailed):
    """The time for it is up."""

    passing = True


class Unreachable(FetchFailed):
    """No such host, no connection, or one that broke."""

    passing = True


class Refused(FetchFailed):
    """The server says that it won't: a status of 400 and more that another try does not change."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Busy(FetchFailed):
    """The server says not now: 429, or a fault of its own."""

    passing = True


class BadAnswer(FetchFailed):
    """An answer that is not what it says it is."""

    passing = True
