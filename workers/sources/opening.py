"""Opens a source for one pull."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from workers.fetching.configured import configured_guard
from workers.fetching.fetcher import Fetcher
from workers.fetching.hosts import Hosts
from workers.fetching.pinning import Guard
from workers.sources.configured import kind_of
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
