"""How rescans stand: for the terminal, the API and the console."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from review.tables import ListingVersion
from workers.graph.claims import now
from workers.graph.tables import State
from workers.rescans.next_readings import NextReading
from workers.rescans.tables import COUNTS, ENDED, SECONDS, Kept, Kind, Rescan, RescanPart, RescanState

_DONE = (State.DONE, State.SUPERSEDED, State.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Report:
    """One rescan: what it is about, how far it has come, what came of it. `share` is how much of it is done,
    0 to 1; `rate` is in listings a second, or pictures of a model, since it last went on, `left` the seconds
    that it needs at that rate, None where nothing is known yet. `waiting` are cases that were kept back;
    `switched` is when what a model read was put where settings that name it find it.
    """

    number: int
    kind: str
    brands: Sequence[str]
    state: str
    who: str
    made: datetime
    started: datetime | None
    ended: datetime | None
    revision: int
    budget: int | None
    cap: int | None
    estimate: Mapping[str, Any] | None
    why: str | None
    parts: Mapping[str, int]
    counts: Mapping[str, int]
    seconds: Mapping[str, float]
    share: float
    rate: float | None
    left: float | None
    waiting: int
    reads: Mapping[str, Any] | None = None
    switched: datetime | None = None


def report(session: Session, rescan: Rescan) -> Report:
    of_it = RescanPart.rescan_id == rescan.id
    sums = session.execute(
        select(
            *(func.coalesce(func.sum(getattr(RescanPart, name)), 0) for name in (*COUNTS, *SECONDS))
        ).where(of_it)
    ).one()
    states = session.execute(
        select(RescanPart.state, func.count()).where(of_it).group_by(RescanPart.state)
    ).all()
    whole, done = session.execute(
        select(
            func.coalesce(func.sum(RescanPart.last - RescanPart.first + 1), 0),
            func.coalesce(func.sum(RescanPart.cursor - RescanPart.first + 1), 0),
        ).where(of_it)
    ).one()
    parts = {str(state): int(count) for state, count in states}
    counts = {name: int(value) for name, value in zip(COUNTS, sums[: len(COUNTS)], strict=True)}
    if rescan.kind == Kind.MODEL:
        parts = _read_anew(session, rescan)
        whole, failed = sum(parts.values()), parts.get(State.REFUSED, 0)
        done = parts.get(State.DONE, 0) + failed
        counts |= {"pictures": done, "failed": failed}
    share = float(done) / float(whole) if whole else float(rescan.state == RescanState.COMPLETED)
    rate, left = _pace(rescan, counts["pictures" if rescan.kind == Kind.MODEL else "listings"], share)
    return Report(
        rescan.id, rescan.kind, tuple(rescan.brands), rescan.state, rescan.who, rescan.made, rescan.started,
        rescan.ended, rescan.revision, rescan.budget, rescan.cap, rescan.estimate, rescan.why,
        parts, counts,
        {name: float(value) for name, value in zip(SECONDS, sums[len(COUNTS) :], strict=True)},
        share, rate, left,
        session.scalar(select(func.count()).select_from(Kept).where(Kept.rescan_id == rescan.id)) or 0,
        rescan.reads, rescan.switched,
    )  # fmt: skip


def _read_anew(session: Session, rescan: Rescan) -> dict[str, int]:
    """Of a model: how many pictures are in each state, those that were switched to among them."""
    states = session.execute(
        select(NextReading.state, func.count())
        .where(NextReading.rescan_id == rescan.id)
        .group_by(NextReading.state)
    ).all()
    counts = Counter({str(state): int(count) for state, count in states})
    counts.update({State.DONE: rescan.moved - rescan.moved_refused, State.REFUSED: rescan.moved_refused})
    return {state: count for state, count in counts.items() if count}


def reports(session: Session, most: int = 20) -> list[Report]:
    """The newest first."""
    rows = session.scalars(select(Rescan).order_by(Rescan.id.desc()).limit(most))
    return [report(session, one) for one in rows]


def listings(session: Session) -> int:
    """How many versions of listings there are, about."""
    return session.scalar(select(func.max(ListingVersion.id))) or 0


def _pace(rescan: Rescan, seen: int, share: float) -> tuple[float | None, float | None]:
    if rescan.since is None or rescan.started is None:
        return None, None
    until = rescan.ended or now()
    first = rescan.since if rescan.state not in ENDED else rescan.started
    before = rescan.seen_before if rescan.state not in ENDED else 0
    seconds = (until - first).total_seconds()
    done = seen - before
    if seconds <= 0 or done <= 0:
        return None, None
    rate = done / seconds
    if rescan.state != RescanState.RUNNING or not share:
        return rate, None
    return rate, max(0.0, seen / share - seen) / rate
