"""Pulls from the test marketplace."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workers.demo.shop.server import Marketplace
from workers.fetching.addresses import allowed
from workers.fetching.pinning import Guard
from workers.sources.opening import opened
from workers.sources.protocol import Cursor, Page
from workers.sources.pulling import Counts
from workers.sources.settings import SourceSettings


@dataclass(frozen=True, slots=True)
class Pulled:
    """All that a pull gave."""

    pages: tuple[Page, ...]
    counts: Counts
    spent: str | None
    requests: int

    @property
    def listings(self) -> list[dict[str, Any]]:
        return [json.loads(row.data) for page in self.pages for row in page.rows if row.data]

    @property
    def ids(self) -> list[str]:
        return [listing["id"] for listing in self.listings]

    @property
    def problems(self) -> list[str]:
        return [str(row.problem) for page in self.pages for row in page.rows if row.data is None]

    @property
    def cursor(self) -> Cursor:
        """As it comes back from where it was saved."""
        return json.loads(json.dumps(self.pages[-1].cursor))


def pull(
    settings: SourceSettings,
    market: Marketplace,
    since: Cursor | None = None,
    *,
    pages: int | None = None,
    between: Callable[[Page], None] = lambda page: None,
) -> Pulled:
    """Pulls all, or some `pages`; `between` is called after each."""

    async def run() -> Pulled:
        had: list[Page] = []
        async with opened(settings, Guard(allowed(f"127.0.0.1:{market.port}"))) as pulling:
            async for page in pulling.pages(since):
                had.append(page)
                between(page)
                if len(had) == pages:
                    break
            return Pulled(tuple(had), pulling.counts, pulling.spent, pulling.web.requests)

    return asyncio.run(asyncio.wait_for(run(), 60))
