"""The workers' side: rows are judged as a scan on one machine judges them, in a process that may die of
them.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from brand_registry.judging import RegistryJudge
from brand_registry.snapshots.folder import snapshots
from brand_registry.snapshots.loading import load
from detector.errors import DetectorError
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import StorageError
from workers.graph.claims import claim, failed, held, settle
from workers.graph.outbox import announcing
from workers.graph.tables import State
from workers.judges import judge_from, judge_of
from workers.judging import blame
from workers.pool import Pool
from workers.scanning import PATIENCE, work_of
from workers.spread.packing import packed_outcomes, unpacked_rows
from workers.spread.tables import Spread, SpreadPart


class OtherVersions(DetectorError):
    """What would judge here is not what the scan was begun with."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that this process does."""

    number: int
    place: int
    spread: int
    rows: str


class Doing:
    """Of one process: the judge of the last scan is kept, and the process that reads and judges for it."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs
        self._judge: tuple[object, RegistryJudge] | None = None
        self._hands: _Hands | None = None

    def do(self, numbers: Sequence[int], again: bool = False) -> None:
        for number in numbers:
            with announcing(self._database, "spread") as session:
                row = next(iter(claim(session, SpreadPart, [number], again)), None)
                if row is None:
                    continue
                part = _Part(row.id, row.number, row.spread_id, row.rows)
                whole = session.get_one(Spread, row.spread_id)
                session.expunge(whole)
            with held(self._database, SpreadPart, part.number):
                self._do(part, whole)
            self._rest(part.spread)

    def close(self) -> None:
        """Ends the process that reads and judges."""
        if self._hands is not None:
            self._hands.close()
            self._hands = None

    def _do(self, part: _Part, whole: Spread) -> None:
        try:
            rows = unpacked_rows(self._blobs.get(part.rows))
            [(_, outcomes)] = self._hands_for(whole).pool.results(iter([rows]))
            blob = self._blobs.put(packed_outcomes(part.spread, part.place, outcomes))
        except StorageError as error:
            with announcing(self._database, "spread") as session:
                failed(session, SpreadPart, part.number, str(error), ours=False)
            return
        except Exception as error:  # told to whoever asked
            self.close()
            why = str(error) if isinstance(error, DetectorError) else f"the detector failed: {blame(error)}"
            with announcing(self._database, "spread") as session:
                failed(session, SpreadPart, part.number, why)
            return
        with announcing(self._database, "spread") as session:
            taken = settle(session, SpreadPart, part.number, State.DONE, outcomes=blob, why=None)
        if not taken:
            self._blobs.drop(blob, 0)

    def _hands_for(self, whole: Spread) -> "_Hands":
        if self._hands is None or self._hands.spread != whole.id:
            self.close()
            self._hands = _Hands(whole.id, self._judge_for(whole), Path(whole.folder), whole.pictures)
        return self._hands

    def _judge_for(self, whole: Spread) -> RegistryJudge:
        wanted = (whole.brands, whole.pictures, dict(whole.versions))
        if self._judge is None or self._judge[0] != wanted:
            self._judge = None
            if whole.brands is not None:
                judge, _ = judge_from(Path(whole.brands), whole.pictures)
            else:
                folder = snapshots().folder / whole.versions["registry"]
                judge = judge_of(load(folder, self._blobs), pictures=whole.pictures)
            _check(whole.versions, judge.versions)
            self._judge = wanted, judge
        return self._judge[1]

    def _rest(self, spread: int) -> None:
        """Where nothing more waits of a scan, its process and what that has loaded make room."""
        waiting = select(SpreadPart.id).where(
            SpreadPart.spread_id == spread, SpreadPart.state == State.WAITING
        )
        with self._database.reading() as session:
            if session.scalar(waiting.limit(1)) is None:
                self.close()


class _Hands:
    """A process for the parts of one scan."""

    def __init__(self, spread: int, judge: RegistryJudge, folder: Path, pictures: bool) -> None:
        self.spread = spread
        self._temporary = tempfile.TemporaryDirectory(prefix="detector-")
        made = Path(self._temporary.name)
        self.pool = Pool(work_of(judge, folder, pictures, made), 1, patience=PATIENCE)

    def close(self) -> None:
        self.pool.close()
        self._temporary.cleanup()


def _check(wanted: Mapping[str, Any], there: Mapping[str, str]) -> None:
    for kind, version in wanted.items():
        if there.get(kind) != version:
            raise OtherVersions(
                f"this worker would judge with another {kind} ({there.get(kind)}, not {version}); give all "
                "machines the same installation, settings and brands"
            )
