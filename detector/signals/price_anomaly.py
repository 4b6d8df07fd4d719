"""A price that the genuine article can hardly have, beside a brand that the listing names or shows.

needs   the price, the condition and the owner's price floor, of the brand or of a product the title names
finds   new goods below the floor, used ones below a quarter of it, in the floor's currency; the further
        below, the surer. Of a brand that the title, the brand field or a picture names or shows, open or
        disguised, and that nothing around its name qualifies
counts  because imitations are offered where the genuine can't be; alone it flags nothing, since floors age
        and sellers slip: beside a disguised name, a mark or a claim it is what tells

A strap for the brand, or a licensed mug, costs what straps and mugs cost: their words say so.
"""

from collections.abc import Iterator

from detector.brand import Brand
from detector.fair_use import authorised, is_used
from detector.listing import Listing, Price
from detector.result import Evidence, Reason
from detector.signals.meant import meant
from detector.signals.protocol import Finding
from detector.text.folding import fold
from detector.view import View

PRICE = "price"
"""Where the evidence stands."""
USED = 0.25
"""The share of the floor that used goods may fall to."""


class PriceAnomaly:
    reasons = (Reason.PRICE_ANOMALY,)

    def find(self, view: View) -> Iterator[Finding]:
        listing, price = view.listing, view.listing.price
        if price is None:
            return
        for name in dict.fromkeys(meant(view)):
            brand = view.brands[name]
            floor = _floor(brand, listing.title)
            if floor is None or floor.currency != price.currency or authorised(listing, brand):
                continue
            least = float(floor.amount) * (USED if is_used(listing) else 1.0)
            if float(price.amount) < least:
                yield Finding(name, _evidence(listing, price, floor, 1 - float(price.amount) / least))


def _floor(brand: Brand, title: str) -> Price | None:
    """Of the product with the longest name that the title holds, else of the brand."""
    folded = fold(title).plain.text
    named = [
        product
        for product in brand.products
        if product.price_floor is not None and fold(product.name).plain.text in folded
    ]
    if named:
        return max(named, key=lambda product: len(product.name)).price_floor
    return brand.price_floor


def _evidence(listing: Listing, price: Price, floor: Price, score: float) -> Evidence:
    share = float(price.amount / floor.amount) if floor.amount else 0.0
    state = "used" if is_used(listing) else "new"
    return Evidence(
        Reason.PRICE_ANOMALY,
        PRICE,
        f"{price.amount} {price.currency}",
        score,
        detail=f"{share:.0%} of the {floor.amount} that the genuine costs new at least; {state}",
    )
