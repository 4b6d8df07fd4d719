"""Rows of a catalogue are handed to processes, here or on other machines, and what became of them comes back
in their order.
"""

import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from workers.catalogue import Catalogue, Row
from workers.judging import Judging, Outcome, Reads
from workers.kept import MOST_BYTES, KeptReader, new_store
from workers.middle.configured import adviser
from workers.pool import Pool

if TYPE_CHECKING:
    from brand_registry.judging import RegistryJudge

ROWS_OF_A_JOB = 200
"""Rows without pictures that a process gets at a time: enough that handing over costs nothing to speak of."""

PICTURES_OF_A_JOB = 4
"""Rows with pictures that a process gets at a time: few, as an interrupted job is done again."""

PATIENCE = 30.0
"""Seconds that a picture may take."""

Take = Callable[[list[Row], list[Outcome]], None]
"""What is done with rows and what became of them."""


class Hands(Protocol):
    """Do jobs of rows, giving what became of them in the order of the jobs; `close` ends what is
    under way.
    """

    def results(self, jobs: Iterator[list[Row]]) -> Iterator[tuple[Any, Any]]: ...

    def close(self) -> None: ...


def scan_rows(
    catalogue: Catalogue,
    judge: "RegistryJudge",
    take: Take,
    *,
    workers: int,
    pictures: bool = True,
    patience: float = PATIENCE,
    readings: Path | None = None,
) -> bool:
    """Scans in processes of this machine. Whether it came to the end; else it was interrupted. What is read
    of pictures is kept in the file `readings`, or for this scan alone.
    """
    with tempfile.TemporaryDirectory(prefix="detector-") as temporary:
        make_work = work_of(judge, catalogue.folder, pictures, Path(temporary), readings)
        return hand_out(Pool(make_work, workers, patience=patience), jobs_of(catalogue.rows), take)


def hand_out(hands: Hands, jobs: Iterator[list[Row]], take: Take) -> bool:
    """Whether it came to the end; else it was interrupted."""
    try:
        for rows, outcomes in hands.results(jobs):
            take(rows, outcomes)
    except KeyboardInterrupt:
        return False
    finally:
        # A second Ctrl-C would only make the ending less clean.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        hands.close()
    return True


def work_of(
    judge: "RegistryJudge", folder: Path, pictures: bool, temporary: Path, readings: Path | None = None
) -> Callable[[], Judging]:
    """What a process does; `folder` is the catalogue's. All readings are kept in the file `readings`, or the
    latest in the folder `temporary`.
    """

    def make_reader() -> Reads:
        from workers.reading import configured_reader

        reader = configured_reader(looks=judge.compares_pictures)
        return KeptReader(reader, store, MOST_BYTES if readings is None else None)

    store = readings or temporary / "readings.sqlite"
    new_store(store)
    advising = adviser()
    return lambda: Judging(judge, folder, make_reader if pictures else None, advising)


def jobs_of(
    rows: Iterator[Row], most: int = ROWS_OF_A_JOB, pictured: int = PICTURES_OF_A_JOB
) -> Iterator[list[Row]]:
    """Rows in handfuls of `most` without pictures, or `pictured` with some; the first ones small, so that the
    first results come at once.
    """
    room = 1
    while True:
        job: list[Row] = []
        cost = 0.0
        for row in rows:
            job.append(row)
            cost += most / pictured if row.data and b'"images"' in row.data else 1
            if cost >= room:
                break
        if not job:
            return
        room = min(room * 4, most)
        yield job
