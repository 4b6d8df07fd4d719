"""A price that the genuine article can hardly have, beside a brand that the listing names or shows.

needs   the price, the condition and the owner's price floor, of a product the title names, of the category
        that the listing is filed under, or of the brand (`detector/floors.py`)
finds   new goods below the floor, used ones below their own or a quarter of it, in the floor's currency; the
        further below, the surer. Of a brand that the title, the brand field or a picture names or shows, open
        or disguised, and that nothing around its name qualifies
counts  because imitations are offered where the genuine can't be; alone it flags nothing, since floors age
        and sellers slip: beside a disguised name, a mark or a claim it is what tells

A strap for the brand, or a licensed mug, costs what straps and mugs cost: their words say so.
"""

from collections.abc import Iterator

from detector.fair_use import authorised, is_used
from detector.floors import Floor, floor_of
from detector.listing import Listing, Price
from detector.result import Evidence, Reason
from detector.signals.meant import meant
from detector.signals.protocol import Finding
from detector.view import View

PRICE = "price"
"""Where the evidence stands."""


class PriceAnomaly:
    reasons = (Reason.PRICE_ANOMALY,)

    def find(self, view: View) -> Iterator[Finding]:
        listing, price = view.listing, view.listing.price
        if price is None:
            return
        for name in dict.fromkeys(meant(view)):
            brand = view.brands[name]
            floor = floor_of(brand, listing)
            if floor is None or floor.said.currency != price.currency or authorised(listing, brand):
                continue
            if price.amount < floor.least:
                yield Finding(name, _evidence(listing, price, floor))


def _evidence(listing: Listing, price: Price, floor: Floor) -> Evidence:
    said = floor.said
    share = float(price.amount / said.amount) if said.amount else 0.0
    state = "used" if is_used(listing) else "new"
    of = f", as '{floor.category}'" if floor.category else ""
    cost = f"the {said.amount} that the genuine costs {floor.condition} at least{of}"
    return Evidence(
        Reason.PRICE_ANOMALY,
        PRICE,
        f"{price.amount} {price.currency}",
        1 - float(price.amount) / float(floor.least),
        detail=f"{share:.0%} of {cost}; {state}",
    )
