"""The web as one process sees it: one fetcher for all its threads, as politeness is counted in it."""

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import wait
from dataclasses import dataclass
from functools import cache

from workers.fetching.configured import configured_fetcher
from workers.fetching.errors import FetchFailed
from workers.fetching.fetcher import Fetcher, Validators

_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Fetched:
    """`data` is None where nothing has changed since the validators were given."""

    data: bytes | None
    validators: Mapping[str, str]


Asked = tuple[str, Mapping[str, str]]
"""An address, and the validators of the last answer."""


class Web:
    """Runs a fetcher in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="web", daemon=True).start()
        self._fetcher: Fetcher = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    def get(self, asked: Sequence[Asked], pause: float) -> Iterator[dict[int, Fetched | FetchFailed]]:
        """What came of each address, by its place among them: as soon as all are there, and before that
        whenever `pause` seconds have passed what has come meanwhile, which may be nothing.
        """
        turns = asyncio.Semaphore(_AT_ONCE)
        waiting = {
            asyncio.run_coroutine_threadsafe(self._get(turns, *one), self._loop): place
            for place, one in enumerate(asked)
        }
        try:
            while waiting:
                came, _ = wait(waiting, pause)
                yield {waiting.pop(one): one.result() for one in came}
        finally:
            for one in waiting:
                one.cancel()

    async def _open(self) -> Fetcher:
        return await configured_fetcher().__aenter__()

    async def _get(
        self, turns: asyncio.Semaphore, url: str, known: Mapping[str, str]
    ) -> Fetched | FetchFailed:
        async with turns:
            try:
                headers = Validators(known.get("etag"), known.get("modified")).headers()
                answer, data = await self._fetcher.get(url, headers=headers)
            except FetchFailed as failure:
                return failure
            given = answer.validators
            pairs = {"etag": given.etag, "modified": given.modified}
            kept = {name: value for name, value in pairs.items() if value}
            return Fetched(None, known) if answer.unchanged else Fetched(data, kept)


@cache
def web() -> Web:
    return Web()
