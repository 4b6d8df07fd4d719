"""One listing as the signals see it: its texts, the marks in them, and what stands around those, each found once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from detector.brand import Brand
from detector.listing import Listing
from detector.reading import PictureReading, TextLine
from detector.result import Evidence, Qualification, Reason, Span
from detector.text.context import Context
from detector.text.mention import Likeness, Mention
from detector.text.terms import Term, TermList

TITLE, DESCRIPTION, BRAND, SELLER = "title", "description", "brand", "seller"
_CODES = frozenset({"gtin", "ean", "upc", "isbn", "sku", "mpn", "asin", "id"})


class Marks(Protocol):
    """Finds marks in a text: `detector.text.index.MarkIndex`."""

    def find(self, text: str) -> list[Mention]: ...


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of the listing. `where` is as in `Evidence`; `line` is set where it was read in a picture."""

    where: str
    text: str
    mentions: tuple[Mention, ...]
    line: TextLine | None = None

    def evidence(self, kind: Reason, mention: Mention, score: float, detail: str | None = None) -> Evidence:
        """Evidence that points at a mention in this passage: its span, or the line's box in a picture."""
        return Evidence(
            kind=kind,
            where=self.where,
            found=mention.found,
            score=score,
            span=mention.span,
            box=self.line.box if self.line else None,
            mark=mention.mark,
            detail=detail or mention.detail or None,
        )
