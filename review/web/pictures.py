"""Pictures of listings for the console: drawn anew in a process of its own, never the file that came in."""

import multiprocessing
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.previews import Preview, in_small, keep_preview
from detector.errors import PictureRefused
from storage.blobs import Blobs
from storage.database import Database

_Drawn = tuple[bytes, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Had:
    """A picture of a listing: the sha256 that it is kept under, or why there is none."""

    sha256: str | None
    why: str | None = None


NOT_FETCHED = Had(None, "it was not fetched yet")

PicturesOf = Callable[[Session, int], Mapping[int, Had]]
"""The pictures of a version of a listing by their numbers: whoever fetches them tells."""


class Drawing:
    """Draws pictures, one after another, in a process that a hard one may end: the next gets a new one."""

    def __init__(self, patience: float = 30.0) -> None:
        """`patience` is how many seconds one picture may take."""
        self._patience = patience
        self._turn = threading.Lock()
        self._child: tuple[BaseProcess, Connection] | None = None

    def preview(self, database: Database, blobs: Blobs, sha256: str) -> Preview:
        """The picture in small, made where there is none yet. Raises `PictureRefused`, `StorageError`."""
        kept = _kept(database, sha256)
        if kept is None:
            drawn, (width, height) = self._draw(blobs.get(sha256))
            keep_preview(database, Preview(sha256=sha256, blob=blobs.put(drawn), width=width, height=height))
            kept = _kept(database, sha256)
        if kept is None:
            raise PictureRefused("it could not be kept")
        return kept

    def close(self) -> None:
        """Ends the process; a picture that it is at is refused."""
        if self._child is not None:
            process, _ = self._child
            process.kill()
            process.join()

    def _draw(self, data: bytes) -> _Drawn:
        with self._turn:
            # What died with nothing to do is to blame for no picture.
            if self._child is None or not self._child[0].is_alive():
                self._child = self._start()
            process, pipe = self._child
            try:
                pipe.send_bytes(data)
                failed, answer = pipe.recv()
            except (EOFError, OSError):
                process.join()
                pipe.close()
                self._child = None
                raise PictureRefused("it could not be drawn: decoding it crashed or took too long") from None
        if failed:
            raise answer
        drawn: _Drawn = answer
        return drawn

    def _start(self) -> tuple[BaseProcess, Connection]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._patience), daemon=True)
        process.start()
        theirs.close()
        return process, ours


def _serve(pipe: Connection, patience: float) -> None:
    # Ctrl-C reaches the whole group; the server decides when this ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):  # whoever asked is gone, and this goes too
        while True:
            data = pipe.recv_bytes()
            # The system keeps the time: whatever the decoder is at, and whether or not anybody still waits.
            signal.setitimer(signal.ITIMER_REAL, patience)
            answer: tuple[bool, _Drawn | Exception]
            try:
                answer = False, in_small(data)
            except Exception as error:
                answer = True, error
            signal.setitimer(signal.ITIMER_REAL, 0)
            pipe.send(answer)


def _kept(database: Database, sha256: str) -> Preview | None:
    with database.reading() as session:
        return session.scalar(select(Preview).where(Preview.sha256 == sha256))
