"""Work is claimed before it is done and settled after it, so that two who are asked for it do it once.

A claim counts an attempt. It ends by being settled, or by time: then others may claim the same. What was
claimed three times and never settled is given up.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any, TypeVar

import structlog
from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.errors import StorageError
from storage.settings import settings
from workers.counters import FAILED, IN, OUT, STAGES
from workers.graph.outbox import announce
from workers.graph.tables import Item, Picture, Quarantined, Reading, Run, State, Work
from workers.rescans.next_readings import NextReading
from workers.rescans.tables import RescanPart
from workers.spread.tables import SpreadPart

_log = structlog.get_logger()
MOST_ATTEMPTS = 3
LONGEST_ASKED = timedelta(hours=1)
"""How far a host puts off what is fetched of it: no listing is kept from its judge for ever."""
KILLED = {
    "readings": "the process that read it crashed or was ended, as it took too long, three times",
    "items": "the process that judged it crashed, three times",
    "pictures": "the process that fetched it was killed, three times",
    "runs": "the process that pulled it was killed, three times",
    "rescan_parts": "the process that judged it again was killed, three times",
    "next_readings": "the process that read it crashed or was ended, as it took too long, three times",
    "spread_parts": "the process that scanned it was killed, three times",
}

Kind = TypeVar("Kind", Run, Picture, Reading, Item, RescanPart, SpreadPart, NextReading)


def now() -> datetime:
    return datetime.now(UTC)


def lease() -> timedelta:
    return timedelta(seconds=settings().lease)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts that failed."""
    return lease() / (24 if attempts < 2 else 4)


def overdue(kind: type[Work], at: datetime) -> Any:
    """Whether time is up; so it is where a clock that was set back left a time that nobody would give."""
    farthest = 3 * lease() + (LONGEST_ASKED if kind in (Picture, Run) else timedelta(0))
    return or_(kind.due <= at, kind.due > at + farthest)


def claim(
    session: Session, kind: type[Kind], numbers: Sequence[int], again: bool = False, step: str | None = None
) -> list[Kind]:
    """Those of the pieces of work that are to be done now, and are this process's from now on.

    `again` says that the message came back from a worker that died: then what it had claimed is free. Those
    that were claimed too often are given up.
    """
    at = now()
    free = kind.state == State.WAITING
    if not again:
        free = or_(free, and_(kind.state == State.WORKING, overdue(kind, at)))
    else:
        free = kind.state.in_([State.WAITING, State.WORKING])
    wanted = select(kind).where(kind.id.in_(numbers), free)
    if step is not None:
        wanted = wanted.where(Item.step == step)
    rows = session.scalars(wanted.order_by(kind.id).with_for_update(skip_locked=True)).all()
    claimed: list[Kind] = []
    for row in rows:
        if row.attempts >= MOST_ATTEMPTS:
            give_up(session, row, row.why or KILLED[row.__tablename__])
            continue
        row.attempts += 1
        row.state, row.due = State.WORKING, at + lease()
        claimed.append(row)
        IN.labels(step or STAGES[row.__tablename__]).inc()
    session.flush()
    return claimed


def apart(session: Session, kind: type[Kind], task: str, numbers: Sequence[int]) -> None:
    """Gives out one by one what a worker died of: what is to blame harms itself alone."""
    freed = update(kind).where(kind.id.in_(numbers), kind.state == State.WORKING)
    session.execute(
        freed.values(state=State.WAITING, due=now() + lease()).execution_options(synchronize_session=False)
    )
    announce(session, task, numbers, alone=True)


def renew(session: Session, kind: type[Kind], numbers: Sequence[int]) -> None:
    """Claims for longer what this process is still at."""
    held = update(kind).where(kind.id.in_(numbers), kind.state == State.WORKING)
    session.execute(held.values(due=now() + lease()).execution_options(synchronize_session=False))


@contextmanager
def held(database: Database, kind: type[Kind], number: int) -> Iterator[None]:
    """Renews a claim as long as this lasts, in a thread: what is waited for inside may take hours."""
    over = Event()

    def renewing() -> None:
        while not over.wait(lease().total_seconds() / 4):
            with suppress(StorageError), database.writing("claim") as session:
                renew(session, kind, [number])

    keeper = Thread(target=renewing, name="claim", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def hand_out(session: Session, kind: type[Kind], numbers: Sequence[int], task: str) -> None:
    """Has blocked rows wait, and announces them to whoever does the task."""
    given = update(kind).where(kind.id.in_(numbers), kind.state == State.BLOCKED)
    session.execute(
        given.values(state=State.WAITING, attempts=0, due=now() + lease()).execution_options(
            synchronize_session=False
        )
    )
    announce(session, task, numbers)


def settle(
    session: Session, kind: type[Kind], number: int, state: State, of: str | None = None, **columns: Any
) -> bool:
    """Ends a claim, for the step `of` an item; False where somebody else ended it before, and nothing more is
    to be done. The state `working` goes on with the claim, to another step.
    """
    done = session.execute(
        update(kind)
        .where(kind.id == number, kind.state == State.WORKING, *([] if of is None else [Item.step == of]))
        .values(state=state, **columns)
        .execution_options(synchronize_session=False)
    )
    settled = bool(done.rowcount)  # type: ignore[attr-defined]
    if settled:
        OUT.labels(of or STAGES[kind.__tablename__], state).inc()
    return settled


def failed(
    session: Session,
    kind: type[Kind],
    number: int,
    why: str,
    *,
    ours: bool = True,
    after: float | None = None,
) -> None:
    """Takes note of what went wrong, and when to try again: in `after` seconds, where somebody asked for as
    many. `ours` False blames the machine, a full disk say: the attempt doesn't count.
    """
    row = session.get(kind, number, with_for_update=True)
    if row is None or row.state != State.WORKING:
        return
    FAILED.labels(STAGES[kind.__tablename__]).inc()
    row.why = why[:2_000]
    if not ours:
        row.attempts -= 1
        row.state, row.due = State.WAITING, now() + pause(MOST_ATTEMPTS)
    elif row.attempts >= MOST_ATTEMPTS:
        give_up(session, row, row.why)
    else:
        asked = min(timedelta(seconds=after or 0), LONGEST_ASKED)
        row.state, row.due = State.WAITING, now() + max(pause(row.attempts), asked)


def give_up(
    session: Session, row: Run | Picture | Reading | Item | RescanPart | SpreadPart | NextReading, why: str
) -> None:
    """Puts work where a person sees it. A picture that can't be read is no end of its listings: they are
    judged without it, and say so.
    """
    from workers.graph.counting import unblock_picture, unblock_reading

    row.why = why[:2_000]
    _log.warning("given up", table=row.__tablename__, number=row.id, why=row.why)
    row.state = State.REFUSED if isinstance(row, Picture | Reading | NextReading) else State.QUARANTINED
    session.flush()
    run = row.id if isinstance(row, Run) else row.run_id if isinstance(row, Item) else None
    quarantine(session, run, type(row).__tablename__, [(row.id, row.why, None)])
    if isinstance(row, Picture):
        unblock_picture(session, [row.id])
    elif isinstance(row, Reading):
        unblock_reading(session, [row.sha256])


def quarantine(
    session: Session, run: int | None, kind: str, subjects: Iterable[tuple[int, str, str | None]]
) -> None:
    """Notes what can't be done, once."""
    at = now()
    for number, why, raw in subjects:
        known = select(Quarantined.id).where(
            Quarantined.run_id == run if run is not None else Quarantined.run_id.is_(None),
            Quarantined.kind == kind,
            Quarantined.subject == number,
        )
        if session.scalar(known) is None:
            values = {"run_id": run, "kind": kind, "subject": number, "why": why, "raw": raw, "at": at}
            session.execute(insert(Quarantined).values(values))
