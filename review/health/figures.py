"""What a lead looks at: whether the queue is healthy, over some days.

| figure | |
| --- | --- |
| claim to decision | from taking a case to saying what it is, the median and nine in ten; groups left out |
| precision | of decided cases, the share that was confirmed: by reason and by brand |
| agreement | of second looks, the share that said what the first had said |
| overturned | of first decisions that were looked at again, the share that did not stand in the end |
| relisted | of confirmed cases, those after which another with the same picture, text or contact came |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session, aliased

from review.decisions.deciding import ruling_of
from review.decisions.known import known
from review.decisions.rules import Outcome
from review.decisions.tables import ON_APPEAL, Decision
from review.groups.tables import Kind, Tie
from review.health.tables import Came, Of
from review.queue.tables import Stage
from review.tables import Case

_MOST = 5_000
"""Decisions that are looked at: the latest."""
_RELISTED = 300
_SHOWN = 20
_TELLING = (Kind.PHONE, Kind.EMAIL, Kind.HANDLE, Kind.PICTURE, Kind.TITLE, Kind.SENTENCE)


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, of something that has a name."""

    name: str
    hits: int
    total: int

    @property
    def said(self) -> str:
        return f"{self.hits / self.total:.0%}" if self.total else "–"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the days since `since`. Seconds from claim to decision: the median and nine in ten, None where too
    few were decided to say.
    """

    since: datetime
    decided: int
    median: float | None
    ninety: float | None
    reasons: Sequence[Share]
    brands: Sequence[Share]
    agreement: Share
    overturned: Share
    relisted: Share


def figures(session: Session, at: datetime, days: int) -> Figures:
    since = at - timedelta(days=days)
    latest = session.scalars(
        select(Decision)
        .where(Decision.at >= since, Decision.counts())
        .order_by(Decision.id.desc())
        .limit(_MOST)
    ).all()
    # Those of a group are taken and decided in one moment: that says nothing of how long people look.
    claimed = ((one.at, one.claimed) for one in latest if one.claimed is not None and one.claimed < one.at)
    seconds = sorted((end - begin).total_seconds() for end, begin in claimed)
    tenths = quantiles(seconds, n=10, method="inclusive") if len(seconds) > 1 else [None] * 9
    agreement, overturned = _looked_at_twice(session, latest)
    return Figures(
        since, len(latest), tenths[4], tenths[8], _precision(session, Of.REASON, since),
        _precision(session, Of.BRAND, since), agreement, overturned, _relisted(session, since),
    )  # fmt: skip


def _precision(session: Session, of: Of, since: datetime) -> Sequence[Share]:
    name = Came.brand if of is Of.BRAND else Came.value
    total = func.count()
    rows = session.execute(
        select(name, func.sum(cast(Came.confirmed, Integer)), total)
        .where(Came.of == of, Came.at >= since)
        .group_by(name)
        .order_by(total.desc(), name)
        .limit(_SHOWN)
    )
    return [Share(value, int(held or 0), count) for value, held, count in rows]


def _looked_at_twice(session: Session, latest: Sequence[Decision]) -> tuple[Share, Share]:
    cases = {one.case_id for one in latest if one.stage in {Stage.SECOND, Stage.LEAD, ON_APPEAL}}
    rows = session.scalars(
        select(Decision).where(Decision.case_id.in_(cases), Decision.counts()).order_by(Decision.id)
    )
    of_case: dict[int, list[Decision]] = {}
    for one in rows:
        of_case.setdefault(one.case_id, []).append(one)
    again = [said for said in of_case.values() if len(said) > 1]
    twice = [(said[0], said[1]) for said in again if said[1].stage == Stage.SECOND]
    agreed = sum(ruling_of(one).agrees(ruling_of(other)) for one, other in twice)
    ended = [(said[0], said[-1]) for said in again if said[-1].final]
    fell = sum(not ruling_of(one).agrees(ruling_of(last)) for one, last in ended)
    return Share("agreement", agreed, len(twice)), Share("overturned", fell, len(ended))


def _relisted(session: Session, since: datetime) -> Share:
    confirmed = (
        select(Decision.case_id, Decision.at, Case.brand)
        .join(Case, Case.id == Decision.case_id)
        .where(known(), Decision.outcome == Outcome.CONFIRMED, Decision.at >= since)
        .order_by(Decision.id.desc())
        .limit(_RELISTED)
        .subquery()
    )
    own, other, again = aliased(Tie), aliased(Tie), aliased(Case)
    back = session.scalar(
        select(func.count(confirmed.c.case_id.distinct()))
        .join(own, own.case_id == confirmed.c.case_id)
        .join(other, (other.kind == own.kind) & (other.value == own.value) & (other.case_id > own.case_id))
        .join(again, again.id == other.case_id)
        .where(own.kind.in_(_TELLING), again.brand == confirmed.c.brand, again.opened > confirmed.c.at)
    )
    total = session.scalar(select(func.count()).select_from(confirmed))
    return Share("relisted", back or 0, total or 0)
