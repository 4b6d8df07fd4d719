"""The brands' own pictures, and what of them was recognised in a picture."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from detector.appearance import Appearance
from detector.result import Box


class AssetKind(StrEnum):
    """What an owner's picture shows: a mark, a picture of theirs, or one product."""

    LOGO = "logo"
    IMAGE = "image"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A brand's picture, read. `asset` is its path as the owner gave it, `product` the SKU or name of what it
    shows.
    """

    brand: str
    asset: str
    kind: AssetKind
    appearance: Appearance
    product: str | None = None


class Seen(StrEnum):
    """How a reference is in a picture: its mark is shown, or is covered or cut off; it was itself copied; or
    its product is shown.
    """

    MARK = "mark"
    OBSCURED = "obscured"
    COPY = "copy"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A reference recognised in a picture. `score`, 0 to 1, says how surely; `detail` how it was changed.

    `pairs` are points that agree, at most some forty: x and y in the reference, x and y in the picture.
    """

    reference: Reference
    seen: Seen
    box: Box
    score: float
    detail: str | None = None
    pairs: tuple[tuple[float, float, float, float], ...] = ()


class References(Protocol):
    """The brands' own pictures, as `detector.image.references.ReferenceIndex` holds them."""

    def recognise(self, look: Appearance) -> list[Sighting]:
        """What of the references the picture shows, the surest first."""

    def of(self, brands: Collection[str]) -> "References | None":
        """Those of some brands alone, by their ids; None where there are none."""
