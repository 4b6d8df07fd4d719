"""Erases what is due, and what somebody asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, Viewer, refuse_unless
from review.appeals.tables import Appeal
from review.decisions.tables import Decision
from review.errors import AgainstTheRules
from review.notices.tables import Notice
from review.retention.due import AT_A_TIME, due, erasable, of_seller, unplaced_due
from review.retention.erasing import (
    BY_RULE,
    Erased,
    erase_appeals,
    erase_listings,
    erase_notices,
    note_erasure,
)
from review.retention.holding import all_held, held_cases
from review.tables import Case, Listing

THE_RULE = "retention"
"""Who erases what is due, in the audit log."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose data somebody wants erased: one listing's, a seller's, or those of whoever gave an e-mail address
    with a notice or an objection. The fields of the others are empty.
    """

    source: str = ""
    key: str = ""
    marketplace: str = ""
    seller: str = ""
    email: str = ""

    @property
    def why(self) -> str:
        """What the log calls it; nobody is named there."""
        return "asked for: " + (
            "a listing" if self.key else "a seller" if self.seller else "an e-mail address"
        )


@dataclass(frozen=True, slots=True)
class Answered:
    """What was erased of what somebody asked for, and how many listings were not, as they wait for a decision
    or are held.
    """

    erased: Erased
    kept: int


def erase_due(session: Session, at: datetime) -> Erased:
    """Erases a part of what the rules say; call it until nothing was."""
    done = Erased()
    if not all_held(session):
        listings = _locked(session, session.scalars(due(at).limit(AT_A_TIME)).all(), due(at))
        done = erase_listings(session, listings, THE_RULE, BY_RULE, at)
        done.notices += erase_notices(session, unplaced_due(at))
    note_erasure(session, done, THE_RULE, BY_RULE, at)
    return done


def count_due(session: Session, at: datetime, most: int = 10_000) -> int:
    """How many listings are due, counted up to so many."""
    return session.scalar(select(func.count()).select_from(due(at).limit(most).subquery())) or 0


def erase_asked(session: Session, viewer: Viewer, asked: Asked, at: datetime) -> Answered:
    """Erases what somebody asks for, as far as nobody has to decide on it and nothing holds it.

    Raises `NotAllowed`, `AgainstTheRules`.
    """
    refuse_unless(viewer, Deed.RETAIN)
    if sum(map(bool, (asked.key and asked.source, asked.seller, asked.email))) != 1:
        raise AgainstTheRules("name one listing by source and id, or one seller, or one e-mail address")
    if all_held(session):
        raise AgainstTheRules("everything is held; lift that hold first")
    done, kept = Erased(), 0
    if asked.email:
        address, kept_ones = asked.email.strip().lower(), held_cases()
        theirs = Decision.id == Appeal.decision_id
        of_held = exists().where(theirs, Decision.case_id.in_(kept_ones)).correlate(Appeal)
        said = or_(Notice.case_id.is_(None), Notice.case_id.not_in(kept_ones))
        done.notices = erase_notices(session, and_(func.lower(Notice.email) == address, said))
        done.appeals = erase_appeals(session, and_(func.lower(Appeal.contact) == address, not_(of_held)))
    else:
        listings = list(_listings(session, asked))
        for start in range(0, len(listings), AT_A_TIME):
            some = listings[start : start + AT_A_TIME]
            free = _locked(session, some, erasable())
            kept += len(some) - len(free)
            done.add(erase_listings(session, free, viewer.name, asked.why, at))
    note_erasure(session, done, viewer.name, asked.why, at)
    return Answered(done, kept)


def _locked(session: Session, listings: Sequence[int], still: Select[int]) -> Sequence[int]:
    """Locks listings and their cases, and returns those that are `still` to go then: a hold, an objection or
    an open case may have come in between.
    """
    for rows in (
        select(Listing.id).where(Listing.id.in_(listings)).order_by(Listing.id),
        select(Case.id).where(Case.listing_id.in_(listings)).order_by(Case.id),
    ):
        session.execute(rows.with_for_update())
    return session.scalars(still.where(Listing.id.in_(listings))).all()


def _listings(session: Session, asked: Asked) -> list[int]:
    if asked.key:
        wanted = select(Listing.id).where(
            Listing.source == asked.source.strip(), Listing.key == asked.key.strip()
        )
        return list(session.scalars(wanted))
    return list(of_seller(session, asked.marketplace.strip(), asked.seller.strip()))
