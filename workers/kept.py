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


def new_store(file: Path) -> None:
    """Makes the file that readings are kept in, where it isn't there yet, before the processes start: they
    would collide. Raises `UnreadableInput`.
    """
    try:
        with closing(sqlite3.connect(file)) as store:
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

    A picture that is refused is kept as refused, and `most` bytes at all, None for no end. Where there is no
    room left, or the file is damaged, what it doesn't give is read afresh. Asking the reader for its engine
    loads its models.
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
        body, refused = self._known(key) or self._read_and_kept(key, data)
        if body is None:
            raise PictureRefused(refused or "")
        return unpacked(body)

    def _known(self, key: bytes) -> tuple[bytes | None, str | None] | None:
        with suppress(sqlite3.Error):
            found = self._store.execute("SELECT body, refused FROM reading WHERE key = ?", (key,))
            row: tuple[bytes | None, str | None] | None = found.fetchone()
            return row
        return None

    def _read_and_kept(self, key: bytes, data: bytes) -> tuple[bytes | None, str | None]:
        row = self._read_afresh(data)
        with suppress(sqlite3.Error):
            self._keep(key, *row)
        return row

    def _keep(self, key: bytes, body: bytes | None, refused: str | None) -> None:
        done = self._store.execute(
            "INSERT OR IGNORE INTO reading (key, body, refused) VALUES (?, ?, ?)", (key, body, refused)
        )
        if self._most is not None:
            oldest = (done.lastrowid or 0) - self._most // max(len(body or b""), 2_000)
            self._store.execute("DELETE FROM reading WHERE n <= ?", (oldest,))

    def _read_afresh(self, data: bytes) -> tuple[bytes | None, str | None]:
        try:
            return packed(self._reader.read(data)), None
        except PictureRefused as refusal:
            return None, str(refusal)
