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

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from detector.categories import Path, fitting, parts
from detector.harms import harm_of
from detector.listing import Listing
from detector.result import Reason

LOWEST, HIGHEST = 0.2, 0.99
"""What may be set: below, every other listing would be a case; above, none would."""


@dataclass(frozen=True)
class Goods:
    """What a listing offers, as far as thresholds ask: its category, part by part, and its harm."""

    listing: Listing

    @cached_property
    def category(self) -> Path:
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
        self._categories: dict[Reason | None, dict[Path, float]] = {}
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
            at = fitting(goods.category, self._categories.get(which, {}))
            if at is not None:
                return at
        for which in (reason, None):
            if (of_harms := self._harms.get(which)) and goods.harm in of_harms:
                return of_harms[goods.harm]
        return None
