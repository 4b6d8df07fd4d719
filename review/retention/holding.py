"""Legal holds: what must be kept, whatever the rules say and whoever asks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, or_, select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, NotThere, Viewer, refuse_unless
from review.audit.log import log
from review.errors import AgainstTheRules
from review.queue.tables import Queued
from review.retention.tables import Hold, Scope
from review.tables import Case, Listing

LONGEST_WHY = 2_000


def hold(session: Session, viewer: Viewer, scope: Scope, value: str, *, why: str, at: datetime) -> Hold:
    """Keeps something from being erased. For a seller `value` is the number of any of their cases.

    Raises `NotAllowed`, `NotThere`, `AgainstTheRules`.
    """
    refuse_unless(viewer, Deed.RETAIN)
    said = why.strip()
    if not 0 < len(said) <= LONGEST_WHY:
        raise AgainstTheRules(f"say why it has to be kept, in {LONGEST_WHY:,} characters at most")
    kept = Hold(scope=scope, value=_value(session, scope, value.strip()), why=said, who=viewer.name, at=at)
    session.add(kept)
    session.flush()
    log(session, at, viewer.name, "held", _case(kept), hold=kept.id, scope=scope, value=kept.value)
    return kept


def lift(session: Session, viewer: Viewer, number: int, at: datetime) -> Hold:
    """Ends a hold. Raises `NotAllowed`, `NotThere`."""
    refuse_unless(viewer, Deed.RETAIN)
    kept = session.get(Hold, number)
    if kept is None or kept.ended is not None:
        raise NotThere(f"there is no hold {number}, or it has been lifted")
    kept.ended, kept.ended_by = at, viewer.name
    log(session, at, viewer.name, "held no more", _case(kept), hold=kept.id, scope=kept.scope)
    return kept


def holds(session: Session) -> Sequence[Hold]:
    """Those that stand, the oldest first."""
    return session.scalars(select(Hold).where(Hold.ended.is_(None)).order_by(Hold.id)).all()


def held() -> ColumnElement[bool]:
    """Whether a hold keeps a row of `Listing`."""
    standing = Hold.ended.is_(None)
    by_case = or_(
        and_(Hold.scope == Scope.CASE, Hold.value == cast(Case.id, String)),
        and_(Hold.scope == Scope.BRAND, Hold.value == Case.brand),
        # A case may be of an older version, in which somebody else sold it.
        and_(Hold.scope == Scope.SELLER, Hold.value == Queued.seller),
    )
    of_it = (
        select(Case.id)
        .outerjoin(Queued, Queued.case_id == Case.id)
        .join(Hold, by_case)
        .where(Case.listing_id == Listing.id, standing)
        .correlate(Listing)
    )
    of_seller = exists().where(standing, Hold.scope == Scope.SELLER, Hold.value == Listing.seller)
    everything = exists().where(standing, Hold.scope == Scope.EVERYTHING)
    return or_(everything, of_seller.correlate(Listing), of_it.exists())


def held_cases() -> Select[int]:
    """The numbers of the cases that a hold keeps."""
    return select(Case.id).join(Listing, Listing.id == Case.listing_id).where(held())


def all_held(session: Session) -> bool:
    """Whether nothing at all may be erased."""
    standing = select(Hold.id).where(Hold.ended.is_(None), Hold.scope == Scope.EVERYTHING)
    return session.scalar(standing.limit(1)) is not None


def _value(session: Session, scope: Scope, value: str) -> str:
    if scope is Scope.EVERYTHING:
        return ""
    if scope is Scope.BRAND:
        if session.scalar(select(Case.id).where(Case.brand == value).limit(1)) is None:
            raise NotThere(f"there is no case of the brand {value[:100]!r}; give its id as cases name it")
        return value
    number = int(value) if value.isdecimal() and len(value) < 19 else 0
    case = session.get(Case, number)
    if case is None:
        raise NotThere(f"there is no case {value[:20]!r}; give a case's number")
    if scope is Scope.CASE:
        return str(case.id)
    seller = session.scalar(select(Queued.seller).where(Queued.case_id == case.id))
    if seller is None:
        raise AgainstTheRules(f"case {case.id} does not say who sells; hold the case itself")
    return seller


def _case(kept: Hold) -> int | None:
    return int(kept.value) if kept.scope == Scope.CASE else None
