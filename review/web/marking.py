"""The texts of a listing with what was found in them marked, and strange characters named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from brand_registry.web.told import Piece, pieces_of
from detector.listing import Listing
from detector.text.strange import strange, visible
from detector.view import BRAND, CATEGORY, DESCRIPTION, TITLE, texts_of

_MOST_NAMED = 12
_ALWAYS = frozenset({TITLE, BRAND, DESCRIPTION, CATEGORY})


@dataclass(frozen=True, slots=True)
class Odd:
    """A character that is not what it seems; `position` counts from 1."""

    position: int
    shown: str
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A text of the listing; `where` as in evidence. Of `odd` there may be more than are named."""

    where: str
    pieces: tuple[Piece, ...]
    odd: tuple[Odd, ...]


def marked_texts(
    listing: Listing, against: Sequence[Mapping[str, Any]], favour: Sequence[Mapping[str, Any]]
) -> list[Marked]:
    """What is always looked at, and every other text that something was found in."""
    items = [
        *(dict(one) | {"tone": "favour"} for one in favour),
        *(dict(one) | {"tone": "against"} for one in against),
    ]
    told = {one["where"] for one in items if one.get("span")}
    return [
        Marked(where, tuple(pieces_of(text, [one for one in items if one["where"] == where])), _odd(text))
        for where, text in texts_of(listing)
        if where in told or where in _ALWAYS
    ]


def _odd(text: str) -> tuple[Odd, ...]:
    return tuple(
        Odd(position + 1, visible(char), f"U+{ord(char):04X}", name)
        for position, char, name in islice(strange(text), _MOST_NAMED)
    )
