"""Messages are written in the transaction that makes them true, and sent after it.

What can't be sent stays and is sent by the sweeper; what is sent twice does no harm.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from storage.database import Database
from workers.graph.tables import Lane, Outgoing

_SENT_AT_ONCE = 500
_log = structlog.get_logger()

QUEUE_OF = {
    "pull": "pull", "fetch": "fetch", "read": "vision", "judge": "judge", "open_cases": "judge",
    "rescan": "rescan", "estimate": "rescan", "scan_part": "rescan", "read_next": "rescan",
    "switch": "rescan", "ask": "deliver",
}  # fmt: skip
"""Of listings of a catalogue; those that are checked before they are listed have one queue for all."""
STEPS = {"judge": "judge", "ask": "ask", "case": "open_cases"}
"""What is asked for by the step that an item has come to."""
TOGETHER = {"fetch": 16, "judge": 50, "open_cases": 50}
"""How many pieces of work one message asks for; of others one, as a crash costs them all an attempt."""


@dataclass(frozen=True, slots=True)
class Message:
    """One of the outbox, by the number of its row."""

    id: int
    task: str
    queue: str
    numbers: Sequence[int]


def announce(
    session: Session, task: str, numbers: Iterable[int], lane: str = Lane.CATALOGUE, alone: bool = False
) -> None:
    """Asks for work, as soon as the session has committed and somebody calls `send`."""
    queue = str(QUEUE_OF[task] if lane == Lane.CATALOGUE else Lane.CHECK)
    now = datetime.now(UTC)
    parts = _in_parts(list(numbers), 1 if alone else TOGETHER.get(task, 1))
    rows = [{"task": task, "queue": queue, "numbers": some, "at": now} for some in parts]
    if rows:
        written = session.scalars(
            insert(Outgoing).returning(Outgoing.id, sort_by_parameter_order=True), rows
        ).all()
        session.info.setdefault("announced", []).extend(
            Message(number, task, queue, some) for number, some in zip(written, parts, strict=True)
        )


@contextmanager
def announcing(database: Database, who: str) -> Iterator[Session]:
    """A session that writes; what it announced is sent when it has committed."""
    with database.writing(who) as session:
        yield session
    announced = session.info.get("announced", ())
    if announced:
        send(database, announced)


def send(database: Database, announced: Sequence[Message] | None = None) -> int:
    """Sends what waits, or what was just `announced`, which need not be read; returns how many messages went
    out.
    """
    messages = _waiting(database) if announced is None else announced[:_SENT_AT_ONCE]
    sent = [message.id for message in _deliver(messages)]
    if sent:
        gone = delete(Outgoing).where(Outgoing.id.in_(sent))
        with database.writing("outbox") as session:
            session.execute(gone.execution_options(synchronize_session=False))
    return len(sent)


def _waiting(database: Database) -> list[Message]:
    with database.reading() as session:
        rows = session.execute(
            select(Outgoing.id, Outgoing.task, Outgoing.queue, Outgoing.numbers)
            .order_by(Outgoing.id)
            .limit(_SENT_AT_ONCE)
        )
        return [Message(*row) for row in rows]


def _deliver(messages: Sequence[Message]) -> Iterator[Message]:
    """The messages that the broker took."""
    from kombu.exceptions import KombuError, OperationalError

    from workers.app import app

    if not messages:
        return
    try:
        with app.producer_pool.acquire(block=True, timeout=10) as producer:
            for one in messages:
                app.send_task(one.task, [one.numbers], queue=one.queue, producer=producer, retry=False)
                yield one
    except (KombuError, OperationalError, OSError) as error:
        _log.warning("the broker takes no messages; they are kept", why=str(error))


def _in_parts(numbers: list[Any], size: int) -> list[list[Any]]:
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]
