"""Cases are handed out by eight at once, each to somebody who has none: how fast, and none twice.

By the hundred they leave the queue again, as if they were decided: whoever is given the next one looks past
all that are in somebody's hands, and nowhere are those more than there are people.
"""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import update

from benchmarks.measurement import Measurement
from brand_registry.access import Viewer
from brand_registry.people import Role
from review.queue.claiming import claim_next
from review.queue.tables import Queued, Stage
from storage.database import Database

_AT_ONCE = 8
_IN_HAND = 100


def claimed(name: str, where: str, database: Database, claims: int) -> Iterator[Measurement]:
    given: list[int | None] = []
    at = datetime.now(UTC)

    def take(first: int) -> None:
        held: list[int] = []
        for number in range(first, claims, _AT_ONCE):
            viewer = Viewer(f"claims{number}@bench.example", frozenset({(Role.REVIEWER, None)}))
            with database.writing(viewer.name) as session:
                case = claim_next(session, viewer, at)
            given.append(case)
            held += [] if case is None else [case]
            if len(held) == _IN_HAND:
                _done(database, held)
                held = []

    threads = [threading.Thread(target=take, args=(first,)) for first in range(_AT_ONCE)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    if len(given) != claims:
        raise RuntimeError(f"{claims - len(given):,} of {claims:,} claims in {where} ended in an error")
    cases = [case for case in given if case is not None]
    twice = len(cases) - len(set(cases))
    note = f"{len(cases):,} claims by {_AT_ONCE} threads"
    yield Measurement(name, f"handed out twice: {where}", twice, "cases", 0, at_most=True, note=note)
    yield Measurement(
        name, f"claims, {_AT_ONCE} at once: {where}", len(given) / took, "claims/s", note=f"in {took:.0f} s"
    )


def _done(database: Database, cases: list[int]) -> None:
    with database.writing("bench") as session:
        session.execute(update(Queued).where(Queued.case_id.in_(cases)).values(stage=Stage.DONE, holder=None))
