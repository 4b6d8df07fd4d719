"""Pictures of listings for the console: drawn anew in a process of its own, never the file that came in."""

import multiprocessing
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.previews import Preview, in_small, keep_preview
from detector.errors import PictureRefused
from storage.blobs import Blobs
from storage.database import Database

_PATIENCE = 30.0
"""Seconds for one picture."""


@dataclass(frozen=True, slots=True)
class Had:
    """A picture of a listing: the sha256 that it is kept under, or why there is none."""

    sha256: str | None
    why: str | None = None


PicturesOf = Callable[[Session, int], Mapping[int, Had]]
"""The pictures of a version of a listing by their numbers: whoever fetches them tells."""


class Drawing:
    """Draws pictures, one after another: a crash costs the picture that caused it."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

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
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _draw(self, data: bytes) -> tuple[bytes, tuple[int, int]]:
        with self._turn:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
            try:
                return self._pool.submit(in_small, data).result(_PATIENCE)
            except (BrokenExecutor, TooSlow):
                for process in list(self._pool._processes.values()):
                    process.kill()
                self._pool.shutdown(wait=False)
                self._pool = None
                raise PictureRefused("it could not be drawn: decoding it crashed or took too long") from None


def _kept(database: Database, sha256: str) -> Preview | None:
    with database.reading() as session:
        return session.scalar(select(Preview).where(Preview.sha256 == sha256))
