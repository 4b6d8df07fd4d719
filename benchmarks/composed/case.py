"""A composed listing with its truth, and which of three parts it belongs to."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from detector.listing import Listing


class Part(StrEnum):
    """Weights are fitted on the first, calibrated on the second, measured on the third."""

    TRAIN = "train"
    CALIBRATION = "calibration"
    TEST = "test"


class Kind(StrEnum):
    """An abuse; an innocent listing that looks like one; any other innocent listing."""

    ABUSE = "abuse"
    TWIN = "twin"
    PLAIN = "plain"


_SHARES = ((0.4, Part.TRAIN), (0.6, Part.CALIBRATION), (1.0, Part.TEST))


def part_of(name: str) -> Part:
    """The part of a brand, a photo or a title, by a hash of its name alone: the same in any data."""
    drawn = int.from_bytes(hashlib.sha256(name.casefold().encode()).digest()[:4]) / 2**32
    return next(part for below, part in _SHARES if drawn < below)


@dataclass(frozen=True, slots=True)
class Composed:
    """One listing. `tactic` says how it abuses `brand` (an id), or whom it only looks like.

    `picture` makes its one picture, a PNG, anew and always the same; None where the case is of text alone.
    `language` is that of the telling words ('en' where only names tell).
    """

    id: str
    part: Part
    kind: Kind
    tactic: str
    language: str
    listing: Listing
    brand: str | None = None
    picture: Callable[[], bytes] | None = None

    @property
    def infringing(self) -> bool:
        return self.kind is Kind.ABUSE
