"""The third step: a picture is read, in a process that may die of it, and what was read is kept."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from detector.errors import PictureRefused
from detector.packing import packed
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import StorageError
from storage.settings import settings
from workers.graph.claims import Kind, claim, failed, settle
from workers.graph.counting import unblock_reading
from workers.graph.outbox import announcing
from workers.graph.tables import Reading, State
from workers.reading import LOOK, configured_reader

if TYPE_CHECKING:
    from detector.image.reader import PictureReader


_WAITING = 4
"""How much longer by the clock than of a processor's time."""


@cache
def reader(kind: str) -> "PictureReader":
    """This process's, with its models: loaded after the fork, once, when the first picture comes."""
    made = configured_reader(looks=kind == LOOK)
    _ = made.engine
    return made


def read(
    database: Database,
    blobs: Blobs,
    numbers: Sequence[int],
    again: bool = False,
    reader_of: "Callable[[str], PictureReader]" = reader,
) -> None:
    """Reads these pictures."""
    for number in numbers:
        with announcing(database, "read") as session:
            row = next(iter(claim(session, Reading, [number], again)), None)
            if row is None:
                continue
            sha256, kind = row.sha256, row.kind
        unblock = partial(unblock_reading, sha256s=[sha256])
        read_for(database, blobs, Reading, number, sha256=sha256, reads=reader_of(kind), then=unblock)


def read_for(
    database: Database,
    blobs: Blobs,
    kind: type[Kind],
    number: int,
    *,
    sha256: str,
    reads: "PictureReader",
    then: Callable[[Session], object] | None = None,
) -> None:
    """Reads the picture that a claimed row asks for, and ends its claim, with `then` in the same session."""
    state, blob, why = State.DONE, None, None
    try:
        data = blobs.get(sha256)
        with ended_when_it_hangs():
            artefact = packed(reads.read(data))
        blob = blobs.put(artefact)
    except PictureRefused as refusal:
        state, why = State.REFUSED, str(refusal)
    except StorageError as error:
        with announcing(database, "read") as session:
            failed(session, kind, number, str(error), ours=False)
        return
    except Exception as error:  # a fault of the reader's, or no memory: tried again, then given up
        with announcing(database, "read") as session:
            failed(session, kind, number, f"reading it failed: {type(error).__name__}: {error}")
        return
    with announcing(database, "read") as session:
        if settle(session, kind, number, state, blob=blob, why=why) and then is not None:
            then(session)


@contextmanager
def ended_when_it_hangs() -> Iterator[None]:
    """Has the system end this process where what is inside takes too long: native code heeds nothing else.

    Seconds of a processor count, as on a busy machine no picture is slow for it; what only waits is ended
    later, by the clock.
    """
    before = [(kind, signal.signal(kind, signal.SIG_DFL)) for kind in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, settings().patience)
    signal.setitimer(signal.ITIMER_REAL, settings().patience * _WAITING)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for kind, handler in before:
            signal.signal(kind, handler)
