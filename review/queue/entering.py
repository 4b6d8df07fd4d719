"""Cases come into the queue as they are opened, and keep their place up to date as more is found."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.scripts import script_of
from brand_registry.tables import Brand
from detector.listing import Listing
from review.groups.clues import Clue, Pictured, clues_of
from review.groups.tying import found_in, tie
from review.health.quarantine import aside, lies_aside
from review.queue.brand_harms import of_brands, worse
from review.queue.language import language_of
from review.queue.ranking import rank, reach_of
from review.queue.tables import Queued, Stage
from review.queue.teams import team_for, teams
from review.sellers import seller_key
from review.tables import Case, ListingVersion
from review.tables import Listing as ListingRow

_TITLE = 300


def follow(
    session: Session,
    cases: Sequence[Case],
    pictures: Sequence[Pictured] | None = None,
    begun: Collection[int] = (),
) -> None:
    """Gives open cases of one version of a listing their places, or their new ones, and ties them to others.
    Those in shadow have neither.

    Where nothing is said of the listing's `pictures`, what they showed before still ties them. Cases that
    this session has `begun`, by number, have no place and no ties yet.
    """
    shown = [case for case in cases if not case.shadow]
    if not shown:
        return
    data, source = session.execute(
        select(ListingVersion.data, ListingRow.source)
        .join(ListingRow, ListingRow.id == ListingVersion.listing_id)
        .where(ListingVersion.id == shown[0].version_id)
    ).one()
    listing = Listing.model_validate_json(data)
    language, known_teams = language_of(listing), teams(session)
    brands = {
        row.id: row
        for row in session.execute(
            select(Brand.id, Brand.categories, Brand.owner_id).where(
                Brand.id.in_({case.brand_id for case in shown if case.brand_id})
            )
        )
    }
    placed = [case.id for case in shown if case.id not in begun]
    places = {
        place.case_id: place
        for place in (session.scalars(select(Queued).where(Queued.case_id.in_(placed))) if placed else ())
    }
    of_brand = of_brands(session, {case.brand for case in shown})
    there = aside(session, {case.brand for case in shown})
    clues: dict[int, Sequence[Clue]] = {}
    for case in shown:
        brand = brands.get(case.brand_id)
        harm, weight = worse(listing, brand.categories if brand else (), of_brand.get(case.brand))
        queued = places.get(case.id) or Queued(case_id=case.id, opened=case.opened)
        queued.harm = harm
        queued.rank = rank(case.risk, weight, reach_of(listing), case.opened)
        queued.brand, queued.owner_id = case.brand, brand.owner_id if brand else None
        queued.source, queued.script = source, script_of(listing.title)[:20]
        queued.seller, queued.title = seller_key(listing), listing.title[:_TITLE]
        queued.language, queued.incomplete = language, bool(case.missing)
        queued.team = team_for(known_teams, queued)
        if queued.stage in {None, Stage.FIRST, Stage.ASIDE} and queued.holder is None:
            queued.stage = Stage.ASIDE if lies_aside(there, case) else Stage.FIRST
        session.add(queued)
        clues[case.id] = clues_of(listing, queued.seller, pictures or (), found_in(case))
    tie(session, clues, placed, whole=pictures is not None)
