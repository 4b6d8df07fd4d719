"""Finds what got lost, whoever lost it, and gives it out again.

Only the database is asked what there is to do. Where a queue holds as many messages as pieces of work wait,
what is overdue waits in line, and is not lost; what somebody claimed and was not heard of is.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.database import Database
from workers.graph.claims import lease, now, overdue
from workers.graph.counting import free
from workers.graph.outbox import QUEUE_OF, STEPS, TOGETHER, announce, announcing, send
from workers.graph.tables import Item, Lane, Picture, Reading, Run, State, Work
from workers.rescans.next_readings import NextReading
from workers.rescans.tables import RescanPart
from workers.spread.tables import SpreadPart

AT_A_TIME = 500

TASK_OF: dict[type[Work], str] = {
    Run: "pull", Picture: "fetch", Reading: "read", Item: "judge", RescanPart: "rescan",
    SpreadPart: "scan_part", NextReading: "read_next",
}  # fmt: skip
_OF_CATALOGUES = (Run, RescanPart, SpreadPart, NextReading)
"""What has no lane of its own."""


def sweep(database: Database) -> dict[str, int]:
    """Sends what waits in the outbox, then gives out what is overdue; returns how much of each kind."""
    while send(database):
        pass
    found: dict[str, int] = {}
    lengths = queue_lengths()
    if lengths is None:  # without a broker nothing can be given out
        return found
    for kind, task in TASK_OF.items():
        room = lengths.get(QUEUE_OF[task], 0) * TOGETHER.get(task, 1)
        with announcing(database, "sweeper") as session:
            found[kind.__tablename__] = _sweep(session, kind, task, room)  # type: ignore[attr-defined]
    with announcing(database, "sweeper") as session:
        found["unblocked"] = free(session, session.scalars(overdue_blocked()).all())
        session.execute(
            update(Item)
            .where(Item.id.in_(overdue_blocked()), Item.state == State.BLOCKED)
            .values(due=now() + lease())
            .execution_options(synchronize_session=False)
        )
    return found


def overdue_work(kind: type[Work], in_line: bool = False) -> Any:
    """What nobody was heard of in time, oldest first; where the rest waits `in_line`, what was claimed."""
    columns: list[Any] = [kind.id, kind.attempts]
    columns += [Item.step] if kind is Item else []
    columns += [] if kind in _OF_CATALOGUES else [kind.lane]  # type: ignore[attr-defined]
    at = now()
    states = kind.state.in_([State.WORKING] if in_line else [State.WAITING, State.WORKING])
    return select(*columns).where(states, overdue(kind, at)).order_by(kind.due).limit(AT_A_TIME)


def overdue_blocked() -> Any:
    return (
        select(Item.id)
        .where(Item.state == State.BLOCKED, overdue(Item, now()))
        .order_by(Item.due)
        .limit(AT_A_TIME)
    )


def _sweep(session: Session, kind: type[Work], task: str, room: int) -> int:
    """`room` is how many pieces of work the messages in its queue may ask for."""
    some = select(kind.id).where(kind.state == State.WAITING).limit(room + 1).subquery()
    in_line = (session.scalar(select(func.count()).select_from(some)) or 0) <= room
    rows = session.execute(overdue_work(kind, in_line)).all()
    grouped: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for row in rows:
        step = STEPS[row.step] if kind is Item else task
        # What failed before is given out alone, so that it takes nothing with it.
        grouped[step, Lane.CATALOGUE if kind in _OF_CATALOGUES else row.lane, row.attempts > 0].append(row.id)
    for (step, lane, alone), numbers in sorted(grouped.items()):
        announce(session, step, numbers, lane, alone)
    if rows:
        session.execute(
            update(kind)
            .where(kind.id.in_([row.id for row in rows]), kind.state == State.WAITING)
            .values(due=now() + lease())
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(kind)
            .where(kind.id.in_([row.id for row in rows]), kind.state == State.WORKING)
            .values(state=State.WAITING, due=now() + lease())
            .execution_options(synchronize_session=False)
        )
    return len(rows)


def queue_lengths() -> dict[str, int] | None:
    """How many messages wait in each queue; None where the broker doesn't answer."""
    from kombu.exceptions import KombuError, OperationalError

    from workers.app import QUEUES, app

    try:
        with app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
            client = connection.default_channel.client
            return {queue: int(client.llen(queue)) for queue in QUEUES}
    except (KombuError, OperationalError, OSError):
        return None
