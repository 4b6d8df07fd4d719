"""Cases come into the queue as they are opened, and keep their place up to date as more is found."""

import hashlib
from collections.abc import Sequence

from sqlalchemy.orm import Session

from brand_registry.scripts import script_of
from brand_registry.tables import Brand
from detector.listing import Listing
from review.groups.clues import Pictured, clues_of
from review.groups.tying import found_in, tie
from review.queue.language import language_of
from review.queue.ranking import harm_of, rank, reach_of
from review.queue.tables import Queued
from review.queue.teams import team_for
from review.tables import Case, ListingVersion
from review.tables import Listing as ListingRow

_TITLE = 300


def follow(session: Session, case: Case, pictures: Sequence[Pictured] | None = None) -> None:
    """Gives an open case its place, or its new one, and ties it to others. A case in shadow has neither.

    Where nothing is said of the listing's `pictures`, what they showed before still ties it.
    """
    if case.shadow:
        return
    version = session.get_one(ListingVersion, case.version_id)
    source = session.get_one(ListingRow, case.listing_id).source
    listing = Listing.model_validate_json(version.data)
    brand = session.get(Brand, case.brand_id) if case.brand_id else None
    harm, weight = harm_of(listing, brand.categories if brand else ())
    queued = session.get(Queued, case.id)
    if queued is None:
        queued = Queued(case_id=case.id, opened=case.opened)
    queued.harm = harm
    queued.rank = rank(case.risk, weight, reach_of(listing), case.opened)
    queued.brand, queued.owner_id = case.brand, brand.owner_id if brand else None
    queued.source, queued.script = source, script_of(listing.title)[:20]
    queued.seller, queued.title = seller_key(listing), listing.title[:_TITLE]
    queued.language, queued.incomplete = language_of(listing), bool(case.missing)
    queued.team = team_for(session, queued)
    session.add(queued)
    clues = clues_of(listing, queued.seller, pictures or (), found_in(case))
    tie(session, case, clues, whole=pictures is not None)


def seller_key(listing: Listing) -> str | None:
    """The same for all listings of one seller, None where it isn't said who sells."""
    seller = listing.seller
    if seller is None or not (seller.id or seller.name):
        return None
    named = f"{listing.marketplace or ''}\0{seller.id or ''}\0{'' if seller.id else seller.name}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
