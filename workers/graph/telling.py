"""How the work stands, by the database and the broker: for `detector status`, the metrics and `/ready`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from review.queue.staffing import NOBODY, Staffing, staffing
from storage.database import Database
from workers.graph.claims import now
from workers.graph.sweeping import queue_lengths
from workers.graph.tables import Item, Outgoing, Picture, Pulse, Quarantined, Reading, Run, State, Work
from workers.middle.keeping import Spent, spent
from workers.registry.current import looked_at_anew

MOVING = (State.BLOCKED, State.WAITING, State.WORKING)
MOST_COUNTED = 100_000
"""Rows of a state that are counted for whoever asks every few seconds."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: how many pieces of work are in which state. `overdue` is for how many seconds the longest
    neglected one has been so, 0 where none is.
    """

    name: str
    counts: Mapping[str, int]
    overdue: float

    @property
    def waiting(self) -> int:
        return sum(self.counts.get(state, 0) for state in MOVING)

    @property
    def done(self) -> int:
        return self.counts.get(State.DONE, 0) + self.counts.get(State.SUPERSEDED, 0)

    @property
    def failed(self) -> int:
        return self.counts.get(State.REFUSED, 0) + self.counts.get(State.QUARANTINED, 0)


@dataclass(frozen=True, slots=True)
class Beating:
    """Whether anything gets done, asked at one price however much there is to do; the words are as below."""

    queues: Mapping[str, int] | None
    pulses: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Moving:
    """What is still to be done, each count up to `MOST_COUNTED`; the words are as below."""

    stages: Sequence[Stage]
    queues: Mapping[str, int] | None
    pulses: Mapping[str, datetime]
    quarantined: int
    outbox: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything. `queues` are messages, None where the broker doesn't answer; `pulses` say when a queue's
    workers last finished anything; `asked` is what a model in the middle was asked today;
    `looked_at_anew` says that the brands' pictures are; `staffing` whether anybody may decide.
    """

    stages: Sequence[Stage]
    queues: Mapping[str, int] | None
    pulses: Mapping[str, datetime]
    runs: Sequence[Mapping[str, Any]]
    quarantine: Sequence[Mapping[str, Any]]
    quarantined: int
    outbox: int
    asked: Spent
    looked_at_anew: str | None = None
    staffing: Staffing = NOBODY


def beating(database: Database) -> Beating:
    queues = queue_lengths()
    with database.reading() as session:
        return Beating(queues, {pulse.queue: pulse.at for pulse in session.scalars(select(Pulse))})


def moving(database: Database) -> Moving:
    """Asked at a bounded price however much was ever done."""
    case = Item.step == "case"
    with database.reading() as session:
        return Moving(
            [
                _moving(session, kind, name, *which)
                for kind, name, *which in (
                    (Run, "pull"),
                    (Picture, "fetch"),
                    (Reading, "read"),
                    (Item, "judge", ~case),
                    (Item, "case", case),
                )
            ],
            queue_lengths(),
            {pulse.queue: pulse.at for pulse in session.scalars(select(Pulse))},
            _up_to(session, select(Quarantined.id)),
            _up_to(session, select(Outgoing.id)),
        )


def _moving(session: Session, kind: type[Work], name: str, *which: Any) -> Stage:
    rows = {state: select(kind.id).where(kind.state == state, *which) for state in MOVING}
    counts = {str(state): _up_to(session, some) for state, some in rows.items()}
    return Stage(name, counts, _overdue(session, kind, *which))


def _up_to(session: Session, rows: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(rows.limit(MOST_COUNTED).subquery())) or 0


def standing(database: Database, runs: int = 5, quarantine: int = 10) -> Standing:
    with database.reading() as session:
        return Standing(
            stages_of(session),
            queue_lengths(),
            {pulse.queue: pulse.at for pulse in session.scalars(select(Pulse))},
            [_run(session, run) for run in session.scalars(select(Run).order_by(Run.id.desc()).limit(runs))],
            [
                {"kind": one.kind, "number": one.subject, "run": one.run_id, "why": one.why, "at": one.at}
                for one in session.scalars(
                    select(Quarantined).order_by(Quarantined.id.desc()).limit(quarantine)
                )
            ],
            session.scalar(select(func.count()).select_from(Quarantined)) or 0,
            _outbox(session),
            spent(session, now()),
            looked_at_anew(database),
            staffing(session),
        )


def stages_of(session: Session) -> list[Stage]:
    found = [
        _stage(session, kind, name) for kind, name in ((Run, "pull"), (Picture, "fetch"), (Reading, "read"))
    ]
    case = Item.step == "case"
    judge, opening = _stage(session, Item, "judge", ~case), _stage(session, Item, "case", case)
    # Whatever has come to its cases was judged.
    judged = {**judge.counts, str(State.DONE): judge.done + sum(opening.counts.values())}
    return [*found, replace(judge, counts=judged), opening]


def _stage(session: Session, kind: type[Work], name: str, *which: Any) -> Stage:
    counts = session.execute(select(kind.state, func.count()).where(*which).group_by(kind.state))
    return Stage(name, {str(state): int(count) for state, count in counts}, _overdue(session, kind, *which))


def _overdue(session: Session, kind: type[Work], *which: Any) -> float:
    neglected = and_(kind.state.in_([State.WAITING, State.WORKING]), kind.due < now(), *which)
    oldest = session.scalar(select(func.min(kind.due)).where(neglected))
    return 0.0 if oldest is None else max(0.0, (now() - _zoned(oldest)).total_seconds())


def _zoned(at: datetime) -> datetime:
    from datetime import UTC

    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _run(session: Session, run: Run) -> Mapping[str, Any]:
    states = session.execute(
        select(Item.state, func.count()).where(Item.run_id == run.id).group_by(Item.state)
    )
    verdicts = session.execute(
        select(Item.verdict, func.count())
        .where(Item.run_id == run.id, Item.verdict.is_not(None))
        .group_by(Item.verdict)
    )
    return {
        "number": run.id,
        "source": run.source,
        "state": run.state,
        "why": run.why,
        "started": run.started,
        "ended": run.ended,
        "rows": run.rows,
        "unchanged": run.unchanged,
        "rejected": run.rejected,
        "listings": {str(state): int(count) for state, count in states},
        "verdicts": {str(verdict): int(count) for verdict, count in verdicts},
    }


def run_of(database: Database, number: int) -> Mapping[str, Any]:
    """How one run stands."""
    with database.reading() as session:
        return _run(session, session.get_one(Run, number))


def is_settled(run: Mapping[str, Any]) -> bool:
    """Whether a run and all of its listings have come to an end."""
    moving = {str(state) for state in MOVING} & run["listings"].keys()
    return run["state"] in {State.DONE, State.QUARANTINED} and not moving


def _outbox(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Outgoing)) or 0
