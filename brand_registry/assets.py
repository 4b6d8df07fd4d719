"""The pictures that brands gave as theirs, by what they show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from brand_registry.files import Described
from detector.sighting import AssetKind


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture of a brand's: `path` as the owner gave it, from `folder`; `product` is the SKU, or the name
    where there is none, of the product it shows.
    """

    brand: str
    folder: Path
    path: str
    kind: AssetKind
    product: str | None = None


def assets_of(brands: Iterable[Described]) -> Iterator[Asset]:
    """Every picture that the brands name, brand by brand."""
    for described in brands:
        brand, folder = described.brand, described.folder
        for path in brand.logos:
            yield Asset(brand.id, folder, path, AssetKind.LOGO)
        for path in brand.images:
            yield Asset(brand.id, folder, path, AssetKind.IMAGE)
        for product in brand.products:
            for path in product.images:
                yield Asset(brand.id, folder, path, AssetKind.PRODUCT, product.sku or product.name)
