"""What speaks for the seller in a listing as a whole, whichever mention is looked at."""

from collections.abc import Iterator

from detector.brand import Brand
from detector.listing import Listing
from detector.result import Qualification, Qualifier
from detector.text.mention import Likeness
from detector.text.tables import phrases
from detector.view import BRAND, View


def authorised(listing: Listing, brand: Brand) -> bool:
    """Whether the owner lets this seller sell: by the marketplace's id, or by name where no id is given."""
    seller = listing.seller
    if seller is None:
        return False
    for known in brand.authorised_sellers:
        if known.marketplace and known.marketplace != listing.marketplace:
            continue
        if known.seller_id:
            if known.seller_id == seller.id:
                return True
        elif known.name and seller.name and known.name.casefold() == seller.name.strip().casefold():
            return True
    return False


def of_listing(view: View, brand: Brand) -> Iterator[Qualification]:
    """The qualifiers of the listing for one brand: its seller, its condition, its brand field."""
    listing = view.listing
    if listing.seller and authorised(listing, brand):
        yield Qualification(
            Qualifier.AUTHORISED_SELLER, "seller", listing.seller.name or listing.seller.id or ""
        )
    condition = (listing.condition or "").strip()
    if condition.casefold() in phrases("used"):
        yield Qualification(Qualifier.GENUINE_RESALE, "condition", condition, (0, len(condition)))
    field = view.by_where.get(BRAND)
    if field is None or any(m.brand == brand.id for m in field.mentions):
        return
    if any(m.likeness is Likeness.EXACT for m in field.mentions):
        yield Qualification(Qualifier.OTHER_BRAND, BRAND, field.text, (0, len(field.text)))
