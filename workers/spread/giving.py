"""The side that asks: gives parts of a catalogue to the workers, and takes what became of them in order."""

import secrets
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import delete, insert, select, update

from detector.errors import DetectorError
from storage.blobs import Blobs
from storage.database import Database
from workers.catalogue import Row
from workers.graph.claims import lease, now
from workers.graph.outbox import announce, announcing
from workers.graph.tables import Quarantined, State
from workers.judging import Outcome
from workers.spread.packing import packed_rows, unpacked_outcomes
from workers.spread.tables import Spread, SpreadPart

ROWS_OF_A_PART = 2_000
"""Rows without pictures that a worker gets at a time: each part costs two files and some transactions."""
PICTURED_OF_A_PART = 32
"""Rows with pictures, some seconds each."""
AHEAD = 64
"""Parts that are given out before the first of them has come back; their rows are held in memory."""
_TOGETHER = 16
"""Parts that are written down, or taken back, in one transaction."""
_LOOKS = 0.1


class PartFailed(DetectorError):
    """A part that no worker gets done; its message is the reason, and how to go on."""


@dataclass(slots=True)
class _Given:
    """A part that is under way."""

    number: int
    blob: str
    rows: list[Row]


class Spreading:
    """The hands of workers on many machines, for one catalogue: `folder` and `brands` are where all of them
    find its pictures and the brands; without `brands` they judge with the snapshot that `versions` name.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        folder: Path,
        brands: Path | None,
        versions: Mapping[str, str],
        *,
        pictures: bool,
    ) -> None:
        self._database, self._blobs = database, blobs
        self._about = {
            "folder": str(folder.absolute()), "brands": None if brands is None else str(brands.absolute()),
            "versions": dict(versions), "pictures": pictures,
        }  # fmt: skip
        self._given: deque[_Given] = deque()
        self._number, self._heard = self._begin()

    def _begin(self) -> tuple[int, datetime]:
        """A spread, by a number that no other gets: whoever was forgotten must not be taken for another."""
        number, heard = secrets.randbits(62), now()
        with self._database.writing("spread") as session:
            session.add(Spread(id=number, heard=heard, **self._about))
        return number, heard

    def results(self, jobs: Iterator[list[Row]]) -> Iterator[tuple[list[Row], list[Outcome]]]:
        """Each job with what became of it. Raises `PartFailed`."""
        count, more = 0, True
        while more or self._given:
            self._tell()
            # Few at a time, so that the first ones are under way while the catalogue is read on.
            room = min(AHEAD - len(self._given), _TOGETHER) if more else 0
            fresh = list(islice(jobs, room))
            more = more and len(fresh) == room
            self._give([(count + n, rows) for n, rows in enumerate(fresh)])
            count += len(fresh)
            yield from self._taken()
            if not more or len(self._given) == AHEAD:
                time.sleep(_LOOKS)

    def close(self) -> None:
        """Takes back what is under way: what workers still do of it comes to nothing."""
        with self._database.writing("spread") as session:
            parts = select(SpreadPart.id).where(SpreadPart.spread_id == self._number)
            told = delete(Quarantined).where(
                Quarantined.kind == SpreadPart.__tablename__, Quarantined.subject.in_(parts)
            )
            session.execute(told.execution_options(synchronize_session=False))
        for blob in drop_spread(self._database, self._number):
            self._blobs.drop(blob, 0)

    def _give(self, parts: list[tuple[int, list[Row]]]) -> None:
        given = [
            _Given(number, self._blobs.put(packed_rows(self._number, number, rows)), rows)
            for number, rows in parts
        ]
        if not given:
            return
        with announcing(self._database, "spread") as session:
            written = [
                {"spread_id": self._number, "number": one.number, "rows": one.blob, "state": State.WAITING}
                | {"attempts": 0, "due": now() + lease()}
                for one in given
            ]
            numbers = session.scalars(insert(SpreadPart).returning(SpreadPart.id), written).all()
            announce(session, "scan_part", sorted(numbers))
        self._given.extend(given)

    def _taken(self) -> Iterator[tuple[list[Row], list[Outcome]]]:
        """What is done of the first parts under way, as far as no other is missing before it."""
        first = list(islice(self._given, _TOGETHER))
        with self._database.reading() as session:
            asked = select(SpreadPart.number, SpreadPart.state, SpreadPart.outcomes, SpreadPart.why).where(
                SpreadPart.spread_id == self._number,
                SpreadPart.number.in_([one.number for one in first]),
                SpreadPart.state.in_([State.DONE, State.QUARANTINED]),
            )
            ended = {row.number: row for row in session.execute(asked)}
        done: list[tuple[_Given, str, list[Outcome]]] = []
        for one in first:
            row = ended.get(one.number)
            if row is None:
                break
            if row.state != State.DONE or row.outcomes is None:
                raise PartFailed(
                    f"rows from {one.rows[0].number:,} on could not be scanned: {row.why}; mend that, and go "
                    "on with --resume"
                )
            done.append((one, row.outcomes, unpacked_outcomes(self._blobs.get(row.outcomes))))
        for one, _, outcomes in done:
            yield one.rows, outcomes
            self._given.popleft()
        if done:
            gone = delete(SpreadPart).where(
                SpreadPart.spread_id == self._number,
                SpreadPart.number.in_([one.number for one, *_ in done]),
            )
            with self._database.writing("spread") as session:
                session.execute(gone.execution_options(synchronize_session=False))
        for one, blob, _ in done:
            self._blobs.drop(one.blob, 0)
            self._blobs.drop(blob, 0)

    def _tell(self) -> None:
        """That somebody is here to take what is done. Who was away so long as to be forgotten, as a machine
        that was asleep, gives anew what was under way.
        """
        if abs(now() - self._heard) < lease() / 4:
            return
        with self._database.writing("spread") as session:
            here = update(Spread).where(Spread.id == self._number).values(heard=now())
            known = session.execute(here.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
        if known:
            self._heard = now()
            return
        self._number, self._heard = self._begin()
        under_way = [(one.number, one.rows) for one in self._given]
        self._given.clear()
        for start in range(0, len(under_way), _TOGETHER):
            self._give(under_way[start : start + _TOGETHER])


def drop_spread(database: Database, number: int) -> list[str]:
    """Forgets a spread and its parts; returns the blobs that they alone name."""
    with database.writing("spread") as session:
        parts = select(SpreadPart.rows, SpreadPart.outcomes).where(SpreadPart.spread_id == number)
        found = [blob for row in session.execute(parts) for blob in row if blob]
        for gone in (
            delete(SpreadPart).where(SpreadPart.spread_id == number),
            delete(Spread).where(Spread.id == number),
        ):
            session.execute(gone.execution_options(synchronize_session=False))
    return found


def forget_left(database: Database, after: float) -> list[str]:
    """Forgets spreads whose asker hasn't been heard of for so many seconds; returns their blobs."""
    with database.reading() as session:
        left = session.scalars(select(Spread.id).where(Spread.heard < now() - timedelta(seconds=after))).all()
    return [blob for number in left for blob in drop_spread(database, number)]
