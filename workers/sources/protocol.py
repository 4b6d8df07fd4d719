"""What a source is: something that gives listings page by page, and a cursor to go on from.

    async for page in source.pull(since):
        keep(page.rows)         # each the JSON of a listing, or a reject with its reason
        save(page.cursor)       # in the same transaction

**The cursor** is a JSON object that only its source understands. The one of the last page that was kept,
handed to `pull` again, goes on after that page: after a crash too, as keeping a page twice does no harm.
When a pull has come to its end, the same cursor begins the next one, which asks only for what has changed
since, as far as the shop can tell. `None` begins from nothing.

**Rows** are as a catalogue's: `row.data` is the JSON of a listing, to be validated with `parse_listing`;
where it is None, `row.problem` says why. A source drops nothing without a word. The same listing may come
twice in a pull, when a shop moved it between pages; `workers.sources.pulling` validates and drops repeats.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from workers.catalogue import Row
from workers.sources.settings import SourceSettings
from workers.sources.web import Web

Cursor = Mapping[str, Any]
"""JSON-able, and small: it is saved after every page."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some listings, and where to go on after them.

    `folder` is what the relative paths of their pictures are relative to; listings from the web have whole
    addresses. `unit` is what the rows' numbers count.
    """

    rows: tuple[Row, ...]
    cursor: Cursor
    folder: Path | None = None
    unit: str = "item"


class Source(Protocol):
    """One marketplace. An instance pulls once."""

    name: str

    def pull(self, since: Cursor | None) -> AsyncIterator[Page]:
        """Pages until there are no more. Raises `FetchFailed` where the shop cannot be had, `BadSource` where
        its answers make no sense.
        """
        ...


class Kind(Protocol):
    """How a class of sources is known: by the settings it takes, and by being called with them.

    Others register theirs under the entry point group `listing_infringement_detector.sources`; the name of
    the entry point is the `kind` in the YAML file.
    """

    Settings: type[SourceSettings]

    def __call__(self, settings: Any, web: Web, /) -> Source: ...
