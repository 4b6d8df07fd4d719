"""What of a brand's references was recognised in a picture."""

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


@dataclass(frozen=True, slots=True)
class Sighting:
    """A reference of `brand` in a picture. `asset` is its path as the owner gave it, `product` the SKU or
    name of what it shows. `score`, 0 to 1, says how surely; `detail` how it was changed.
    """

    brand: str
    asset: str
    kind: AssetKind
    box: Box
    score: float
    product: str | None = None
    detail: str | None = None


class References(Protocol):
    """The brands' own pictures, as `detector.image.references.ReferenceIndex` holds them."""

    def recognise(self, look: Appearance) -> list[Sighting]:
        """What of the references the picture shows, the surest first."""
