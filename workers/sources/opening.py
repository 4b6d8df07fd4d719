"""Opens a source for one pull."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from workers.fetching.configured import configured_guard
from workers.fetching.fetcher import Fetcher
from workers.fetching.hosts import Hosts
from workers.fetching.pinning import Guard
from workers.sources.configured import kind_of
from workers.sources.protocol import Cursor, Page
from workers.sources.pulling import Pull
from workers.sources.settings import SourceSettings
from workers.sources.web import Web


@asynccontextmanager
async def opened(settings: SourceSettings, guard: Guard | None = None) -> AsyncIterator[Pull]:
    """A pull of a source with a fetcher of its own. Without `guard`, who may be connected to is as the
    operator's settings say.
    """
    hosts = Hosts(at_once=2, delay=settings.delay, patience=settings.patience)
    async with Fetcher(guard or configured_guard(), hosts) as fetcher:
        web = Web(settings, fetcher)
        yield Pull(settings, kind_of(settings.kind)(settings, web), web)


def pages_of(settings: SourceSettings, since: Cursor | None, guard: Guard | None = None) -> Iterator[Page]:
    """The same for those who don't wait asynchronously; closing it closes the source.

    Raises `FetchFailed`, `BadSource`.
    """
    with asyncio.Runner() as runner:
        opening = opened(settings, guard)
        pull = runner.run(opening.__aenter__())
        pages = pull.pages(since)
        try:
            while (page := runner.run(anext(pages, None))) is not None:
                yield page
        finally:
            runner.run(opening.__aexit__(None, None, None))
