"""One pull of a source: validates, drops what comes twice, and ends when the budget is spent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from detector.counted import counted
from workers.catalogue import Rejected, Row, parse_listing
from workers.catalogue.seen import SeenIds
from workers.sources.errors import BudgetSpent
from workers.sources.protocol import Cursor, Page, Source
from workers.sources.settings import SourceSettings
from workers.sources.web import Web

_SPENT = "spent"
"""In a cursor: the listings, requests and bytes that its pull has taken so far, where it has a budget."""


def of_the_next_pull(cursor: Cursor | None) -> Cursor | None:
    """The cursor that a pull ended with, for the next one: it has a budget of its own."""
    return None if cursor is None else {name: value for name, value in cursor.items() if name != _SPENT}


def is_bounded(cursor: Cursor | None) -> bool:
    """Whether the pull that left this cursor has a budget, and may have ended before it met all there is."""
    return _SPENT in (cursor or {})


@dataclass(slots=True)
class Counts:
    """What a pull has had so far. `repeats` are listings met again as they were, `changed` met again with
    another content.
    """

    listings: int = 0
    rejects: int = 0
    repeats: int = 0
    changed: int = 0
    pages: int = 0

    @property
    def rows(self) -> int:
        return self.listings + self.rejects + self.repeats


class Pull:
    """`counts` and `web` tell how it goes; `spent` is why it ended early, None where it came to its end."""

    def __init__(self, settings: SourceSettings, source: Source, web: Web) -> None:
        self.settings, self.source, self.web = settings, source, web
        self.counts = Counts()
        self.spent: str | None = None
        self._ids, self._contents = SeenIds(), SeenIds()

    async def pages(self, since: Cursor | None) -> AsyncIterator[Page]:
        """The source's pages; each row that has `data` holds a valid listing, and none comes twice.

        A pull that goes on spends what its budget has left. Raises what the source raises, but for
        `BudgetSpent`.
        """
        budget = self.settings.budget
        before, self.web.requests, self.web.received = (since or {}).get(_SPENT, (0, 0, 0))
        try:
            async for page in self.source.pull(of_the_next_pull(since)):
                rows = tuple(kept for row in page.rows if (kept := self._kept(row)))
                self.counts.pages += 1
                had = before + self.counts.listings
                taken = {_SPENT: [had, self.web.requests, self.web.received]} if budget.bounds else {}
                yield replace(page, rows=rows, cursor={**page.cursor, **taken})
                if budget.listings is not None and had >= budget.listings:
                    self.spent = (
                        f"{counted(had, 'listing was', 'listings were')} pulled, as many as its budget allows"
                    )
                    return
        except BudgetSpent as spent:
            self.spent = str(spent)

    def _kept(self, row: Row) -> Row | None:
        if row.data is None:
            self.counts.rejects += 1
            return row
        try:
            listing = parse_listing(row.data)
        except Rejected as why:
            self.counts.rejects += 1
            return replace(row, data=None, problem=str(why))
        if not self._contents.add(row.data.decode("utf-8", "replace")):
            self.counts.repeats += 1
            return None
        self.counts.changed += not self._ids.add(listing.id)
        self.counts.listings += 1
        return row
