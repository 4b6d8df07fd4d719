"""The least that genuine goods like those of a listing can cost, as their owner says it.

| asked first to last | for used goods |
| --- | --- |
| of the product with the longest name that the title holds | `USED` of it |
| of a category that the listing is filed under, used | all of it |
| of a category that the listing is filed under, new | `USED` of it |
| of the brand | `USED` of it |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from detector.brand import Brand, CategoryFloor
from detector.categories import fitting, parts
from detector.fair_use import is_used
from detector.listing import Listing, Price
from detector.text.folding import fold

USED = Decimal("0.25")
"""The share of what goods cost new that used ones may fall to."""


@dataclass(frozen=True, slots=True)
class Floor:
    """`said` is the price that the owner gave, for goods in a `condition` ('new', 'used') and, if so, for a
    category; `least` is what goods in the listing's condition cost at least, in the same currency.
    """

    said: Price
    least: Decimal
    condition: str = "new"
    category: str | None = None


def floor_of(brand: Brand, listing: Listing) -> Floor | None:
    """None where the owner says nothing of such goods."""
    share = USED if is_used(listing) else Decimal(1)
    product = _of_product(brand, listing.title) if brand.products else None
    if product is not None:
        return Floor(product, product.amount * share)
    if (own := category_floor(brand.category_floors, listing)) is not None:
        return own
    said = brand.price_floor
    return None if said is None else Floor(said, said.amount * share)


def category_floor(floors: Sequence[CategoryFloor], listing: Listing) -> Floor | None:
    """Of what the listing is filed under alone."""
    if not (floors and listing.category):
        return None
    category = parts(listing.category)
    for condition in ("used", "new") if is_used(listing) else ("new",):
        known = {parts(one.category): one for one in floors if one.condition == condition}
        if (one := fitting(category, known)) is not None:
            share = USED if is_used(listing) and condition == "new" else Decimal(1)
            return Floor(one.price_floor, one.price_floor.amount * share, condition, one.category)
    return None


def _of_product(brand: Brand, title: str) -> Price | None:
    folded = fold(title).plain.text
    named = [
        product
        for product in brand.products
        if product.price_floor is not None and fold(product.name).plain.text in folded
    ]
    return max(named, key=lambda product: len(product.name)).price_floor if named else None
