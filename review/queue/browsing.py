"""The queue as a page shows it: counts, ages, and the cases in their order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brand_registry.access import Viewer
from detector.harms import NO_HARM
from review.queue.claiming import Wish, refuse_unless_reviewer
from review.queue.tables import Queued, Stage
from review.tables import Case

_WAITING = (Stage.LEAD, Stage.SECOND, Stage.FIRST, Stage.ASIDE)
MOST_COUNTED = 10_000
"""Counting ends here; a page says 'more than'."""
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Count:
    """How many cases wait, of which the oldest since when."""

    name: str
    cases: int
    oldest: datetime | None

    @property
    def said(self) -> str:
        return f"{MOST_COUNTED:,}+" if self.cases > MOST_COUNTED else f"{self.cases:,}"


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the queue."""

    id: int
    title: str
    brand: str
    harm: str
    source: str
    stage: str
    holder: str | None
    risk: float
    opened: datetime
    language: str
    team: str
    incomplete: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits, by stage and by harm, and the first cases that fit a wish."""

    stages: Sequence[Count]
    harms: Sequence[Count]
    rows: Sequence[Row]


def overview(session: Session, viewer: Viewer, wish: Wish, at: datetime, harms: Sequence[str]) -> Overview:
    """Raises `NotAllowed`."""
    refuse_unless_reviewer(viewer)
    stages = [_count(session, stage, wish) for stage in _WAITING]
    of_harm = [_count(session, Stage.FIRST, replace(wish, harm=harm), harm) for harm in (*harms, NO_HARM)]
    rows: list[Row] = []
    for stage in _WAITING:
        # What lies aside is shown to who asks for it.
        if wish.stage in ({stage} if stage is Stage.ASIDE else {None, stage}) and len(rows) < SHOWN:
            rows += _rows(session, stage, wish, at, SHOWN - len(rows))
    return Overview(stages, [one for one in of_harm if one.cases], rows)


def waiting(session: Session) -> Sequence[Count]:
    """What waits, by stage."""
    return [_count(session, stage, Wish()) for stage in _WAITING]


def _count(session: Session, stage: Stage, wish: Wish, name: str | None = None) -> Count:
    waiting = (Queued.stage == stage, *wish.conditions())
    some = select(Queued.case_id).where(*waiting).limit(MOST_COUNTED + 1).subquery()
    cases = session.scalar(select(func.count()).select_from(some)) or 0
    oldest = None
    if name is None and cases:
        oldest = session.scalar(select(Queued.opened).where(*waiting).order_by(Queued.opened).limit(1))
    return Count(name or stage, cases, oldest)


def _rows(session: Session, stage: Stage, wish: Wish, at: datetime, most: int) -> list[Row]:
    found = session.execute(
        select(Queued, Case.risk)
        .join(Case, Case.id == Queued.case_id)
        .where(Queued.stage == stage, *wish.conditions())
        .order_by(Queued.rank.desc(), Queued.case_id.desc())
        .limit(most)
    )
    return [
        Row(
            one.case_id, one.title, one.brand, one.harm, one.source, one.stage,
            one.holder if one.until is not None and one.until > at else None, risk, one.opened,
            one.language, one.team, one.incomplete,
        )
        for one, risk in found
    ]  # fmt: skip
