"""One listing as the signals see it: its texts, the marks in them and what is said of those, found once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from detector.appearance import Obscured
from detector.brand import Brand
from detector.listing import Listing
from detector.reading import PictureReading, TextLine
from detector.result import Evidence, Qualification, Reason
from detector.sighting import Sighting
from detector.text.context import Context
from detector.text.mention import Likeness, Mention
from detector.text.terms import Term, TermList

TITLE, DESCRIPTION, BRAND, SELLER, CATEGORY = "title", "description", "brand", "seller", "category"
_NAMES = "attribute_names."
"""Before an attribute's name in `where`: `attributes.NAME` is its value."""

_CODES = frozenset({"gtin", "ean", "upc", "isbn", "sku", "mpn", "asin", "id"})
"""Attributes that hold codes: no name stands in them, unless it is a text after all."""

MOST_MENTIONS = 2_000
"""Mentions of one text that are looked at: only a text that is stuffed with names has more."""

Find = Callable[[str], list[Mention]]
"""Finds marks in a text, as `MarkIndex.find` does."""


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """One text of the listing. `where` is as in `Evidence`; `line` is set where it was read in a picture."""

    where: str
    text: str
    mentions: list[Mention]
    line: TextLine | None = None

    @property
    def is_label(self) -> bool:
        """Whether goods are filed under it, rather than described by it: a category, an attribute's name."""
        return self.where == CATEGORY or self.where.startswith(_NAMES)

    def evidence(self, kind: Reason, mention: Mention, score: float, detail: str | None = None) -> Evidence:
        """Evidence that points at a mention in this passage: its span, or in a picture its line's box."""
        return Evidence(
            kind=kind,
            where=self.where,
            found=mention.found,
            score=score,
            span=None if self.line else mention.span,
            box=self.line.box if self.line else None,
            mark=mention.mark,
            detail=detail or mention.detail or None,
        )


class View:
    """All that signals need to know of one listing. What is dear is computed on first use, then kept.

    `texts` are what the seller wrote, title first, `by_where` the same by their places; `pictured` is what
    was read in pictures, a passage a line. `sightings` are what of the brands' references the pictures show,
    and `patches` their parts that were pixelated or blurred, each with its picture (`image:0`); `blank` are
    pictures of one colour.
    """

    def __init__(
        self,
        listing: Listing,
        passages: list[Passage],
        brands: Mapping[str, Brand],
        *,
        term_list: TermList,
        context: Context,
        sightings: Sequence[tuple[str, Sighting]] = (),
        patches: Sequence[tuple[str, Obscured]] = (),
        blank: Sequence[str] = (),
    ) -> None:
        self.listing = listing
        self.passages = passages
        self.texts = [p for p in passages if p.line is None]
        self.by_where = {p.where: p for p in self.texts}
        self.pictured = [p for p in passages if p.line is not None]
        self.brands = brands
        self.sightings = sightings
        self.patches = patches
        self.blank = blank
        self.mentioned = any(passage.mentions for passage in passages)
        self._term_list = term_list
        self._context = context
        self._qualifiers: dict[tuple[int, int], tuple[Qualification, ...]] = {}

    def mentions(self) -> Iterator[tuple[Passage, Mention]]:
        """Every mention with the passage it stands in, title first, pictures last."""
        for passage in self.passages:
            for mention in passage.mentions:
                yield passage, mention

    @cached_property
    def terms(self) -> list[tuple[Passage, list[Term]]]:
        """The passages that hold counterfeit terms in a guilty sense; none is sought where no mark stands.

        A label speaks of a mark beside it alone: honest goods are filed under 'Imitation jewellery' too.
        """
        if not self.mentioned:
            return []
        found = ((p, self._term_list.find(p.text)) for p in self.passages if p.mentions or not p.is_label)
        return [(passage, terms) for passage, terms in found if terms]

    def qualifiers(self, passage: Passage, mention: Mention) -> tuple[Qualification, ...]:
        """What the words around a mention say in the seller's favour: 'for', 'pre-owned', 'licensed', …"""
        key = id(passage), id(mention)
        known = self._qualifiers.get(key)
        if known is None:
            readings = self._context.around(passage.text, mention, passage.mentions)
            known = tuple(
                Qualification(
                    kind=reading.kind,
                    where=passage.where,
                    found=passage.text[slice(*reading.span)],
                    span=None if passage.line else reading.span,
                    box=passage.line.box if passage.line else None,
                    detail=reading.detail,
                )
                for reading in readings
            )
            self._qualifiers[key] = known
        return known


def _foremost(mentions: list[Mention]) -> list[Mention]:
    """The mentions, or of too many those in disguise first: nobody drowns one in open names."""
    if len(mentions) <= MOST_MENTIONS:
        return mentions
    disguised_first = sorted(mentions, key=lambda m: m.likeness is Likeness.EXACT)
    return sorted(disguised_first[:MOST_MENTIONS], key=lambda m: m.span)


def texts_of(listing: Listing) -> list[tuple[str, str]]:
    """What the seller wrote, by where it stands, in the order of its weight."""
    texts = [(TITLE, listing.title)]
    if listing.brand:
        texts.append((BRAND, listing.brand))
    if listing.description:
        texts.append((DESCRIPTION, listing.description))
    if listing.seller and listing.seller.name:
        texts.append((SELLER, listing.seller.name))
    for name, value in listing.attributes.items():
        if value and not value.isdigit() and (" " in value or name.lower() not in _CODES):
            texts.append((f"attributes.{name}", value))
    if listing.category:
        texts.append((CATEGORY, listing.category))
    return texts + [(_NAMES + name, name) for name in listing.attributes]


def passages_of(listing: Listing, readings: Mapping[int, PictureReading], find: Find) -> list[Passage]:
    """The texts of a listing by their weight, marks found. `readings` go by the index in `listing.images`."""
    passages = [Passage(where, text, _foremost(find(text))) for where, text in texts_of(listing)]
    for number, reading in readings.items():
        where = f"image:{number}"
        passages += [Passage(where, line.text, find(line.text), line) for line in reading.lines]
    return passages
