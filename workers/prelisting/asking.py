"""Has a listing checked by the workers, ahead of catalogues, and says what came of it so far."""

import secrets
from dataclasses import dataclass

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.judging import RegistryJudge
from detector.listing import Listing
from detector.result import Missing, Result
from review.tables import Listing as ListingRow
from review.tables import ListingVersion
from storage.database import Database
from workers.graph.claims import now
from workers.graph.outbox import announcing
from workers.graph.pulling import Arrival, take
from workers.graph.tables import Item, Lane, Run, State

SOURCE = "check"
"""What the listings and the run of all checks are filed under."""
WAITED = "it was not read in time; ask again with the ticket"


@dataclass(frozen=True, slots=True)
class Answer:
    """`result` is None as long as nobody has judged it."""

    result: dict[str, object] | None


def begin(database: Database, listing: Listing) -> str:
    """Gives it to the workers; returns the ticket to ask with."""
    ticket = secrets.token_urlsafe(24)
    with announcing(database, "check") as session:
        run = _run(session)
        take(session, Arrival(run, SOURCE, lane=Lane.CHECK, key=ticket), [listing])
    return ticket


def answer(database: Database, ticket: str) -> Answer | None:
    """What came of it; None where nobody has such a ticket."""
    with database.reading() as session:
        row = session.execute(
            select(Item.state, Item.result, Item.why)
            .join(ListingVersion, ListingVersion.id == Item.version_id)
            .join(ListingRow, ListingRow.id == ListingVersion.listing_id)
            .where(ListingRow.source == SOURCE, ListingRow.key == ticket)
        ).first()
    if row is None:
        return None
    return Answer(orjson.loads(row.result) if row.result else None)


def meanwhile(judge: RegistryJudge, listing: Listing) -> Result:
    """What the text alone says, with every picture named as missing."""
    missing = [Missing(f"image:{number}", WAITED) for number in range(len(listing.images))]
    return judge.judge(listing, {}, missing)


def _run(session: Session) -> int:
    run = session.scalar(select(Run.id).where(Run.source == SOURCE).order_by(Run.id).limit(1))
    if run is None:
        made = Run(source=SOURCE, state=State.DONE, started=now(), ended=now(), due=now())
        session.add(made)
        session.flush()
        run = made.id
    return run
