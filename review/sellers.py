"""Who sells, as far as two listings can be told to be of one seller."""

import hashlib

from detector.listing import Listing


def seller_key(listing: Listing) -> str | None:
    """The same for all listings of one seller, None where it isn't said who sells."""
    seller = listing.seller
    if seller is None or not (seller.id or seller.name):
        return None
    named = f"{listing.marketplace or ''}\0{seller.id or ''}\0{'' if seller.id else seller.name}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
