"""Cases that people open, where no program found anything: by a notice, or looking at what was cleared."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from brand_registry.people import Owner
from brand_registry.states import BrandState
from brand_registry.stored import public_id
from brand_registry.tables import Brand
from brand_registry.words import named_by
from review.cases import key_of
from review.queue.entering import follow
from review.tables import Case, CaseEvidence, CaseState, Listing, ListingVersion

_SAID = 500
_LIKE_IT = 200
"""Brands of which one may be meant, those with the shortest names."""
_AS_LIKELY_AS_NOT = 0.5
"""The risk of a case that a person alone opens: nothing was found, and somebody is sure."""


def open_by_hand(
    session: Session, version: ListingVersion, brand: tuple[Brand, str], *,
    kind: str, where: str, found: str, detail: str, at: datetime,
) -> Case:  # fmt: skip
    """Adds what somebody said to the one open case of the listing and the brand, or opens it. `kind` is the
    reason, `where` what they said it in.
    """
    row, public = brand
    session.execute(select(Listing.id).where(Listing.id == version.listing_id).with_for_update())
    case = session.scalar(
        select(Case)
        .where(Case.listing_id == version.listing_id, Case.brand == public, Case.state == CaseState.OPEN)
        .with_for_update()
    )
    if case is None:
        case = Case(
            listing_id=version.listing_id, version_id=version.id, brand=public, brand_id=row.id,
            state=CaseState.OPEN, shadow=False, risk=_AS_LIKELY_AS_NOT, reasons=[kind], qualifiers=[],
            missing=[], versions={}, opened=at, changed=at,
        )  # fmt: skip
        session.add(case)
    case.shadow, case.changed = False, at
    if kind not in case.reasons:
        case.reasons = [*case.reasons, kind]
    said = " ".join(detail.split())[:_SAID]
    what = {"kind": kind, "where": where, "found": found, "detail": said, "score": case.risk}
    case.evidence.append(
        CaseEvidence(
            key=key_of(what), kind=kind, score=case.risk, what=what, versions={}, first_id=version.id,
            last_id=version.id, since=at,
        )
    )  # fmt: skip
    session.flush()
    follow(session, [case])
    return case


def live_brand(session: Session, named: str) -> tuple[Brand, str] | None:
    """A live brand with its id in results: by that id, or by its name where one alone has it."""
    named = named.strip()
    # Databases fold the case of ASCII alone, or as they were set up: words find, and Python compares.
    words = [Brand.id.in_(one) for one in named_by(named)]
    rows = session.execute(
        select(Brand, Owner.key)
        .join(Owner)
        .where(
            Brand.state == BrandState.LIVE,
            or_(Brand.key == named.rpartition("/")[2], *([and_(*words)] if words else [])),
        )
        .order_by(func.length(Brand.name))
        .limit(_LIKE_IT)
    ).all()
    known = [(brand, public_id(key, brand.key)) for brand, key in rows]
    exact = [one for one in known if one[1] == named]
    found = exact or [one for one in known if one[0].name.casefold() == named.casefold()]
    return found[0] if len(found) == 1 else None
