"""What was found for a brand: cases a page at a time, and how many there are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from brand_registry.tables import Brand
from review.decisions.rules import Outcome
from review.decisions.tables import Decision
from review.tables import Case, CaseState

MOST = 100
_COUNTED = 1_000
"""Cases whose reasons are counted: the latest."""


@dataclass(frozen=True, slots=True)
class Found:
    """A case as the brand's owner sees it: the listing's JSON as it was judged last, what was found, and
    whether it was confirmed for good.
    """

    number: int
    opened: datetime
    state: str
    gone: bool
    confirmed: bool
    risk: float
    reasons: tuple[str, ...]
    listing: Mapping[str, Any]
    evidence: tuple[Mapping[str, Any], ...]
    qualifiers: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Of a brand's cases: in shadow, open, and closed."""

    shadow: int
    open: int
    closed: int
    reasons: Mapping[str, int]
    """Of those in shadow, or where there is none, of those open: how many name each reason."""


def found(
    session: Session, brand: Brand, *, shadow: bool, before: int | None = None, most: int = 20
) -> list[Found]:
    """The latest cases of a brand that its viewer may see, or those before one; the newest first."""
    wanted = (
        select(Case)
        .where(Case.brand_id == brand.id, Case.shadow == shadow)
        .options(selectinload(Case.evidence), selectinload(Case.version))
        .order_by(Case.id.desc())
        .limit(min(most, MOST))
    )
    if before is not None:
        wanted = wanted.where(Case.id < before)
    cases = session.scalars(wanted).all()
    held = select(Decision.case_id).where(
        Decision.case_id.in_([case.id for case in cases]),
        Decision.outcome == Outcome.CONFIRMED,
        Decision.stands(),
    )
    confirmed = set(session.scalars(held))
    return [_told(case, case.id in confirmed) for case in cases]


def counts(session: Session, brand: Brand) -> Counts:
    of = select(Case.shadow, Case.state, func.count()).where(Case.brand_id == brand.id)
    rows = session.execute(of.group_by(Case.shadow, Case.state)).all()
    shadow = sum(count for hidden, _, count in rows if hidden)
    shown = {state: count for hidden, state, count in rows if not hidden}
    latest = select(Case.reasons).where(Case.brand_id == brand.id, Case.shadow == bool(shadow))
    named = session.scalars(latest.order_by(Case.id.desc()).limit(_COUNTED))
    reasons = Counter(reason for reasons in named for reason in reasons)
    return Counts(
        shadow, shown.get(CaseState.OPEN, 0), shown.get(CaseState.CLOSED, 0), dict(reasons.most_common())
    )


def _told(case: Case, confirmed: bool) -> Found:
    return Found(
        case.id,
        case.opened,
        case.state,
        case.gone is not None,
        confirmed,
        case.risk,
        tuple(case.reasons),
        orjson.loads(case.version.data),
        tuple(one.what for one in case.evidence),
        tuple(case.qualifiers),
    )
