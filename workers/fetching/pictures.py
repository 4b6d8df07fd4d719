"""Fetches pictures for the threads of a process, and keeps the same bytes once."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Self

from anyio.from_thread import start_blocking_portal

from storage.blobs import Blobs
from workers.fetching.configured import configured_guard
from workers.fetching.fetcher import Answer, Fetcher, Limits, Validators
from workers.fetching.hosts import Hosts
from workers.fetching.pinning import Guard

LARGEST = 32 * 2**20
_LIMITS = Limits(bytes=LARGEST, seconds=60.0, silence=15.0, redirects=5)


@dataclass(frozen=True, slots=True)
class FetchedPicture:
    """`sha256` is of what came and lies in the blobs; None where nothing has changed. `validators` are for
    the next time, JSON-able.
    """

    sha256: str | None
    validators: Mapping[str, str]


class PictureFetcher:
    """One a process: all its threads share the connections and the politeness.

    What came is not yet known to be a picture: whoever reads it sniffs it, in a process that may crash.
    """

    def __init__(self, blobs: Blobs, guard: Guard | None = None, hosts: Hosts | None = None) -> None:
        self._blobs = blobs
        self._open = ExitStack()
        self._portal = self._open.enter_context(start_blocking_portal("asyncio"))
        fetcher = Fetcher(guard or configured_guard(), hosts or Hosts(at_once=4, delay=0.05), _LIMITS)
        self._fetcher = self._open.enter_context(self._portal.wrap_async_context_manager(fetcher))

    def fetch(self, url: str, validators: Mapping[str, str] | None = None) -> FetchedPicture:
        """Raises one of `FetchFailed`; its `passing` says whether another try may go better."""
        asked = Validators(**(validators or {})).headers()
        answer, content = self._portal.call(self._get, url, {"Accept": "image/*", **asked})
        again = {name: value for name, value in asdict(answer.validators).items() if value}
        return FetchedPicture(None if answer.unchanged else self._blobs.put(content), again)

    async def _get(self, url: str, headers: Mapping[str, str]) -> tuple[Answer, bytes]:
        return await self._fetcher.get(url, headers=headers)

    def close(self) -> None:
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()
