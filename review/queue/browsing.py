"""The queue as a page shows it: counts, ages, and the cases in their order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, case, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from brand_registry.access import Viewer
from detector.harms import NO_HARM
from review.queue.claiming import ANYTHING, Wish, refuse_unless_reviewer
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
    of_harm = _counted(session, _of_harms(wish, (*harms, NO_HARM)))
    rows: list[Row] = []
    for stage in _WAITING:
        # What lies aside is shown to who asks for it.
        if wish.stage in ({stage} if stage is Stage.ASIDE else {None, stage}) and len(rows) < SHOWN:
            rows += _rows(session, stage, wish, at, SHOWN - len(rows))
    return Overview(waiting(session, wish), [one for one in of_harm if one.cases], rows)


def waiting(session: Session, wish: Wish = ANYTHING) -> Sequence[Count]:
    """What waits, by stage."""
    return _counted(session, _of_stages(wish))


def _counted(session: Session, asked: CompoundSelect[Any]) -> list[Count]:
    return [Count(one.name, one.cases, one.oldest) for one in session.execute(asked)]


# Nearly everybody asks the same, and putting it into words takes about as long as the answer.
@lru_cache(maxsize=100)
def _of_stages(wish: Wish) -> CompoundSelect[Any]:
    counts = (_count(place, stage, stage, wish) for place, stage in enumerate(_WAITING))
    return union_all(*counts).order_by("place")


@lru_cache(maxsize=100)
def _of_harms(wish: Wish, harms: tuple[str, ...]) -> CompoundSelect[Any]:
    """Of what waits for a first look, and not since when."""
    counts = (
        _count(place, harm, Stage.FIRST, replace(wish, harm=harm), since=False)
        for place, harm in enumerate(harms)
    )
    return union_all(*counts).order_by("place")


def _count(place: int, name: str, stage: Stage, wish: Wish, since: bool = True) -> Select[Any]:
    waits = (Queued.stage == stage, *wish.conditions())
    some = select(Queued.case_id).where(*waits).limit(MOST_COUNTED + 1).subquery()
    counted = select(func.count().label("cases")).select_from(some).subquery()
    oldest = select(Queued.opened).where(*waits).order_by(Queued.opened).limit(1).scalar_subquery()
    # Where none fits, all the others would be gone through for the oldest.
    told = case((counted.c.cases > 0, oldest)) if since else null()
    return select(
        literal(place).label("place"), literal(name).label("name"), counted.c.cases, told.label("oldest")
    )


def _rows(session: Session, stage: Stage, wish: Wish, at: datetime, most: int) -> list[Row]:
    found = session.execute(
        select(
            Queued.case_id, Queued.title, Queued.brand, Queued.harm, Queued.source, Queued.stage,
            case((Queued.until > at, Queued.holder)), Case.risk, Queued.opened, Queued.language, Queued.team,
            Queued.incomplete,
        )
        .join(Case, Case.id == Queued.case_id)
        .where(Queued.stage == stage, *wish.conditions())
        .order_by(Queued.rank.desc(), Queued.case_id.desc())
        .limit(most)
    )  # fmt: skip
    return [Row(*one) for one in found]
