from pathlib import Path

from brand_registry.assets import Asset, assets_of
from brand_registry.files import Described
from detector.brand import Brand, Product
from detector.sighting import AssetKind


def test_every_picture_that_a_brand_names_once(tmp_path: Path) -> None:
    brand = Brand(
        id="acme",
        name="Acme",
        logos=("logos/mark.svg", "logos/crop.jpg"),
        images=("official/front.jpg",),
        products=(
            Product(name="Acme One", sku="A1", images=("official/one.jpg",)),
            Product(name="Acme Two", images=("official/two.jpg",)),
        ),
    )
    assert list(
        assets_of([Described(Brand(id="bare", name="Bare"), tmp_path), Described(brand, tmp_path)])
    ) == [
        Asset("acme", tmp_path, "logos/mark.svg", AssetKind.LOGO),
        Asset("acme", tmp_path, "logos/crop.jpg", AssetKind.LOGO),
        Asset("acme", tmp_path, "official/front.jpg", AssetKind.IMAGE),
        Asset("acme", tmp_path, "official/one.jpg", AssetKind.PRODUCT, "A1"),
        Asset("acme", tmp_path, "official/two.jpg", AssetKind.PRODUCT, "Acme Two"),
    ]
