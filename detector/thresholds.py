"""From which risk a person is asked. Of what is set for the goods of a listing the first of these counts:

| | set by | for |
| --- | --- | --- |
| 1, 2 | the brand | a category of goods, for the reason; for any reason |
| 3, 4 | the brand | a harm that fakes of the goods do, for the reason; for any reason |
| 5 | the brand | the reason (a policy) |
| 6, 7 | the house (the file of weights) | a category; a harm |
| 8 | the house | everything: `scoring.FLAG_FROM` |

Of several categories that fit, the one with the most parts counts, then the one that lies deepest. A listing
has one harm, the worst (`detector.harms`). Of a case's reasons the lowest threshold counts.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from detector.harms import harm_of
from detector.listing import Listing
from detector.result import Reason

LOWEST, HIGHEST = 0.2, 0.99
"""What may be set: below, every other listing would be a case; above, none would."""

_BETWEEN = re.compile(r"\s*[>/|»›]\s*")


@dataclass(frozen=True)
class Goods:
    """What a listing offers, as far as thresholds ask: its category, part by part, and its harm."""

    listing: Listing

    @cached_property
    def category(self) -> tuple[str, ...]:
        return parts(self.listing.category or "")

    @cached_property
    def harm(self) -> str:
        return harm_of(self.listing)[0]


@dataclass(frozen=True, slots=True)
class Threshold:
    """`value` is a category ('Footwear > Sneakers', or any part of one) or a harm; without a `reason` it is
    for any.
    """

    scope: Literal["category", "harm"]
    value: str
    at: float
    reason: Reason | None = None


class Thresholds:
    """Those that somebody set, a brand or the house; of two of the same goods and reason the last counts."""

    def __init__(self, rows: Iterable[Threshold] = ()) -> None:
        self.rows = tuple(rows)
        self._categories: dict[Reason | None, dict[tuple[str, ...], float]] = {}
        self._harms: dict[Reason | None, dict[str, float]] = {}
        for row in self.rows:
            if row.scope == "category":
                self._categories.setdefault(row.reason, {})[parts(row.value)] = row.at
            else:
                self._harms.setdefault(row.reason, {})[row.value] = row.at

    def __bool__(self) -> bool:
        return bool(self.rows)

    def of(self, goods: Goods, reason: Reason) -> float | None:
        """The one that counts for goods and a reason; None where nothing is set for them."""
        for which in (reason, None):
            known = self._categories.get(which, {})
            fits = next((one for one in runs(goods.category) if one in known), None) if known else None
            if fits is not None:
                return known[fits]
        for which in (reason, None):
            if (of_harms := self._harms.get(which)) and goods.harm in of_harms:
                return of_harms[goods.harm]
        return None


def parts(category: str) -> tuple[str, ...]:
    """Of a category's path, without what is no part of its name."""
    text = unicodedata.normalize("NFKC", category).casefold().strip()
    return tuple(part for part in _BETWEEN.split(text) if part)


def runs(category: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every run of a path's parts, the longest first, and of these the deepest."""
    size = len(category)
    for length in range(size, 0, -1):
        for start in range(size - length, -1, -1):
            yield category[start : start + length]
