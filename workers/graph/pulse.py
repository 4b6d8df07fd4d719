"""Whether anything gets done: a worker can be there and do nothing, so what counts is what was finished."""

import time
from datetime import UTC, datetime

from storage.database import Database
from workers.graph.tables import Pulse

_EVERY = 2.0


class Pulses:
    """Of one process; it writes a queue's at most every two seconds."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def beat(self, database: Database, queue: str) -> None:
        at = time.monotonic()
        if at - self._last.get(queue, -_EVERY) < _EVERY:
            return
        self._last[queue] = at
        with database.writing("pulse") as session:
            session.merge(Pulse(queue=queue, at=datetime.now(UTC)))
