"""How much of what infringes is found, told from a random slice of what was not.

Of `looked_at` cleared listings that were drawn with a known chance, `infringing` did infringe; divided by
that chance, the drawn ones tell how many were cleared. What was missed is that many times the share that
infringed, with Wilson's interval (1927) for the share. Cases that wait are left out: while many do, recall is
told too low.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from review.decisions.known import known
from review.decisions.rules import BY_PEOPLE, Outcome
from review.decisions.tables import Decision
from review.recall.tables import Cleared, Verdict
from review.tables import Case, CaseEvidence

_Z = 1.959964
"""Of the normal distribution, for 95%."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Of the days since `since`. `cleared` is how many were, as estimated; `found` how many listings were
    found by the program and confirmed. `share` is the recall, between `low` and `high` at 95%; None where
    nobody has looked at any.
    """

    since: datetime
    waiting: int
    looked_at: int
    infringing: int
    cleared: float
    found: int
    share: float | None
    low: float
    high: float


def recall(session: Session, at: datetime, days: int) -> Recall:
    since = at - timedelta(days=days)
    told = Cleared.verdict.in_([Verdict.CLEAR, Verdict.INFRINGES])
    drawn, looked_at, infringing, waiting = session.execute(
        select(
            func.sum(1.0 / Cleared.share),
            func.sum(cast(told, Integer)),
            func.sum(cast(Cleared.verdict == Verdict.INFRINGES, Integer)),
            func.sum(cast(Cleared.verdict.is_(None), Integer)),
        ).where(Cleared.drawn >= since)
    ).one()
    by_program = (
        select(CaseEvidence.id)
        .where(CaseEvidence.case_id == Case.id, CaseEvidence.kind.not_in(BY_PEOPLE))
        .exists()
    )
    found = session.scalar(
        select(func.count(Case.listing_id.distinct()))
        .join(Decision, Decision.case_id == Case.id)
        .where(known(), Decision.outcome == Outcome.CONFIRMED, Decision.at >= since, by_program)
    )
    # SQLite's own NULL is what a comparison with none gives, so that sums may be None.
    looked, hits, cleared = int(looked_at or 0), int(infringing or 0), float(drawn or 0)
    share, low, high = _recall(int(found or 0), hits, looked, cleared)
    return Recall(since, int(waiting or 0), looked, hits, cleared, int(found or 0), share, low, high)


def _recall(found: int, hits: int, looked_at: int, cleared: float) -> tuple[float | None, float, float]:
    if not looked_at:
        return None, 0.0, 1.0
    least, most = wilson(hits, looked_at)
    of = [
        found / whole if (whole := found + share * cleared) else 1.0
        for share in (hits / looked_at, most, least)
    ]
    return (None if not found and not hits else of[0]), of[1], of[2]


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The interval of a share at 95%."""
    share, square = hits / total, _Z**2
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = _Z * math.sqrt(share * (1 - share) / total + square / (4 * total**2)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)
