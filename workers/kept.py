"""Readings of pictures, kept for a run under (sha256, engine): the same picture in a thousand listings is
read once.
"""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import PictureRefused
from detector.packing import packed, unpacked
from detector.reading import PictureReading

if TYPE_CHECKING:
    from detector.image.reader import PictureReader

_MOST_BYTES = 2 * 10**9
"""On disk; the oldest readings make room. Text takes about 2 kB a picture, its look 100 kB."""


def new_store(file: Path) -> None:
    """Makes the file that readings are kept in, where it isn't there yet, before the processes start: they
    would collide.
    """
    with closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute(
            "CREATE TABLE IF NOT EXISTS reading"
            " (n INTEGER PRIMARY KEY, key BLOB UNIQUE, body BLOB, refused TEXT)"
        )


class KeptReader:
    """A picture reader that looks first into a file that `new_store` made; several processes share the file.

    A picture that is refused is kept as refused. Asking the reader for its engine loads its models.
    """

    def __init__(self, reader: "PictureReader", file: Path) -> None:
        self._reader = reader
        self.engine = reader.engine
        self._store = sqlite3.connect(file, timeout=30, isolation_level=None)
        self._store.execute("PRAGMA synchronous=OFF")

    def read(self, data: bytes) -> PictureReading:
        """Raises `PictureRefused`."""
        key = hashlib.sha256(data + self.engine.encode()).digest()
        row = self._store.execute("SELECT body, refused FROM reading WHERE key = ?", (key,)).fetchone()
        if row is None:
            row = self._read_afresh(data)
            done = self._store.execute(
                "INSERT OR IGNORE INTO reading (key, body, refused) VALUES (?, ?, ?)", (key, *row)
            )
            oldest = (done.lastrowid or 0) - _MOST_BYTES // max(len(row[0] or b""), 2_000)
            self._store.execute("DELETE FROM reading WHERE n <= ?", (oldest,))
        body, refused = row
        if refused is not None:
            raise PictureRefused(refused)
        return unpacked(body)

    def _read_afresh(self, data: bytes) -> tuple[bytes | None, str | None]:
        try:
            return packed(self._reader.read(data)), None
        except PictureRefused as refusal:
            return None, str(refusal)
