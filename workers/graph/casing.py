"""The last step: what a result suspects becomes cases, in the transaction that ends the item's way."""

from collections.abc import Sequence

import orjson
from sqlalchemy import select

from review.cases import Judged, open_cases
from review.groups.clues import Pictured
from review.tables import Listing, ListingVersion
from storage.database import Database
from workers.graph.claims import claim, settle
from workers.graph.outbox import announcing
from workers.graph.tables import Item, State


def open_all(database: Database, numbers: Sequence[int], again: bool = False) -> None:
    """Opens the cases of these items' results; of a result that a newer version has overtaken, or that is of
    what was erased meanwhile, none.
    """
    with announcing(database, "case") as session:
        claimed = [one.id for one in claim(session, Item, numbers, again, "case")]
    open_claimed(database, claimed)


def open_claimed(database: Database, numbers: Sequence[int]) -> None:
    """The same, of items that this process has claimed for it."""
    for number in numbers:
        with announcing(database, "case") as session:
            row = session.execute(
                select(
                    Item.result,
                    Item.cases,
                    Item.version_id,
                    ListingVersion.number,
                    ListingVersion.erased,
                    Listing.id,
                    Listing.version,
                )
                .join(ListingVersion, ListingVersion.id == Item.version_id)
                .join(Listing, Listing.id == ListingVersion.listing_id)
                .where(Item.id == number)
                # One after another for each listing: two results of it must not open two cases.
                .with_for_update(of=Listing)
            ).one_or_none()
            if row is None:
                continue  # it was erased, and all of that is done
            result, cases, version_id, its, erased, listing_id, newest = row
            state = State.DONE if its == newest and erased is None else State.SUPERSEDED
            if settle(session, Item, number, state, "case", why=None) and state is State.DONE:
                asked = [(one["case"], one["shadow"]) for one in cases or ()]
                pictures = [Pictured(**one) for one in (cases or [{}])[0].get("pictures", ())]
                said = orjson.loads(result or "{}")
                open_cases(session, Judged(listing_id, version_id, said, asked, pictures=pictures))
