"""Readings of pictures, kept under (sha256, engine): the same picture in a thousand listings is read once."""

import hashlib
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import PictureRefused, UnreadableInput
from detector.packing import packed, unpacked
from detector.reading import PictureReading

if TYPE_CHECKING:
    from detector.image.reader import PictureReader

MOST_BYTES = 2 * 10**9
"""On disk, of a run; the oldest readings make room. Text takes about 2 kB a picture, its look 100 kB."""


_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"


def new_store(file: Path) -> None:
    """Makes the file that readings are kept in, where it isn't there yet, before the processes start: they
    would collide. Raises `UnreadableInput`.
    """
    try:
        with closing(sqlite3.connect(file)) as store:
            if {name for (name,) in store.execute(_TABLES)} - {"reading"}:
                raise UnreadableInput(
                    f"{file}: is a database of something else; name another file for readings"
                )
            store.execute("PRAGMA journal_mode=WAL")
            store.execute(
                "CREATE TABLE IF NOT EXISTS reading"
                " (n INTEGER PRIMARY KEY, key BLOB UNIQUE, body BLOB, refused TEXT)"
            )
            store.execute("SELECT key, body, refused FROM reading LIMIT 1")
    except sqlite3.Error as error:
        raise UnreadableInput(
            f"{file}: cannot keep readings ({error}); name a file that a scan has made, or a new one in a "
            "folder that can be written"
        ) from None


class KeptReader:
    """A picture reader that looks first into a file that `new_store` made; several processes share the file.

    Kept are `most` bytes, and pictures that were refused too, as refused; or, with None, readings without an
    end: a later run may have the memory for what was refused. What a full or damaged file doesn't give is
    read afresh. Asking the reader for its engine loads its models.
    """

    def __init__(self, reader: "PictureReader", file: Path, most: int | None = MOST_BYTES) -> None:
        self._reader, self._most = reader, most
        self.engine = reader.engine
        self._store = sqlite3.connect(file, timeout=30, isolation_level=None)
        with suppress(sqlite3.Error):
            self._store.execute("PRAGMA synchronous=NORMAL")

    def read(self, data: bytes) -> PictureReading:
        """Raises `PictureRefused`."""
        key = hashlib.sha256(data + self.engine.encode()).digest()
        reading = self._known(key)
        if reading is not None:
            return reading
        try:
            reading = self._reader.read(data)
        except PictureRefused as refusal:
            if self._most is not None:
                self._keep(key, None, str(refusal))
            raise
        self._keep(key, packed(reading), None)
        return reading

    def _known(self, key: bytes) -> PictureReading | None:
        """Raises `PictureRefused` for a picture that is kept as refused."""
        body = refused = None
        with suppress(sqlite3.Error):
            found = self._store.execute("SELECT body, refused FROM reading WHERE key = ?", (key,))
            body, refused = found.fetchone() or (None, None)
        if refused is not None:
            raise PictureRefused(refused)
        with suppress(Exception):  # whatever another version or a bad disk made of it
            return None if body is None else unpacked(body)
        return None

    def _keep(self, key: bytes, body: bytes | None, refused: str | None) -> None:
        with suppress(sqlite3.Error):
            done = self._store.execute(
                "INSERT OR REPLACE INTO reading (key, body, refused) VALUES (?, ?, ?)", (key, body, refused)
            )
            if self._most is not None:
                oldest = (done.lastrowid or 0) - self._most // max(len(body or b""), 2_000)
                self._store.execute("DELETE FROM reading WHERE n <= ?", (oldest,))
