"""What is to be erased by now: by the rules of the settings, or as somebody asks.

| kept | from | setting, `DETECTOR_…` |
| --- | --- | --- |
| a listing with cases, notices, objections | the last decision, and since when it is gone | `KEEP_DECIDED` |
| a listing without a case, or with cases in shadow alone | since when it is gone | `KEEP_UNSEEN` |
| a notice whose listing was never found | when it was given | `KEEP_UNSEEN` |

A listing is gone since it was seen last, once a whole pull of its source has come to its end without it. A
pull that asks for changes alone leaves out what is as it was: as long as such ones come to their end, and no
whole one, what they don't name is there.

What waits for somebody, a case, a second look or an objection, is never due, nor is what a hold keeps.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import orjson
from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from detector.listing import Listing as Said
from review.appeals.tables import Appeal, AppealState
from review.decisions.tables import Decision
from review.notices.tables import Notice, NoticeState
from review.retention.holding import held
from review.tables import Case, CaseState, Listing, ListingVersion, Pulled
from storage.settings import settings

AT_A_TIME = 200


def due(at: datetime) -> Select[int]:
    """The numbers of the listings that are, the lowest first."""
    seen_last = at - timedelta(days=settings().keep_decided)
    unseen = at - timedelta(days=settings().keep_unseen)
    lately = exists().where(
        Case.listing_id == Listing.id, Decision.case_id == Case.id, Decision.at >= seen_last
    )
    looked_at = exists().where(Case.listing_id == Listing.id, Case.shadow.is_(False)).correlate(Listing)
    old = or_(
        and_(_gone_since(seen_last), looked_at, not_(lately.correlate(Listing))),
        and_(_gone_since(unseen), not_(looked_at)),
    )
    return erasable().where(old).order_by(Listing.id)


def erasable() -> Select[int]:
    """The numbers of the listings that say something still, and that may be erased."""
    says = exists().where(ListingVersion.listing_id == Listing.id, ListingVersion.erased.is_(None))
    return select(Listing.id).where(says.correlate(Listing), not_(_waits()), not_(held()))


def unplaced_due(at: datetime) -> ColumnElement[bool]:
    """Whether a notice has waited for its listing for too long."""
    return and_(
        Notice.state == NoticeState.UNPLACED, Notice.filed < at - timedelta(days=settings().keep_unseen)
    )


def _gone_since(day: datetime) -> ColumnElement[bool]:
    """Whether a listing has not been there for so long, as far as its source tells."""
    unchanged = exists().where(
        Pulled.source == Listing.source,
        Pulled.began >= day,
        or_(Pulled.whole.is_(None), Pulled.whole <= Listing.seen),
    )
    return and_(Listing.seen < day, not_(unchanged.correlate(Listing)))


def _waits() -> ColumnElement[bool]:
    """Whether a case of a listing, or an objection to what was decided of it, waits for somebody."""
    open_case = exists().where(
        Case.listing_id == Listing.id, Case.state == CaseState.OPEN, Case.shadow.is_(False)
    )
    objection = exists().where(
        Case.listing_id == Listing.id,
        Decision.case_id == Case.id,
        Appeal.decision_id == Decision.id,
        Appeal.state == AppealState.OPEN,
    )
    return or_(open_case.correlate(Listing), objection.correlate(Listing))


def of_seller(session: Session, marketplace: str, seller: str) -> Iterator[int]:
    """The numbers of all listings of which a version names a seller by id or name; goes through all there
    are that hold the word.
    """
    wanted = ListingVersion.data.contains(_in_json(seller), autoescape=True)
    rows = session.execute(
        select(ListingVersion.listing_id, ListingVersion.data)
        .where(ListingVersion.erased.is_(None), wanted)
        .order_by(ListingVersion.listing_id)
        .execution_options(yield_per=500)
    )
    last = None
    for number, data in rows:
        said = Said.model_validate_json(data)
        theirs = said.seller is not None and seller in {said.seller.id, said.seller.name}
        if theirs and (said.marketplace or "") == marketplace and number != last:
            last = number
            yield number


def _in_json(text: str) -> str:
    """As a text stands in JSON."""
    return orjson.dumps(text).decode()[1:-1]
