"""Readings of pictures, kept for a run under (sha256, engine): the same picture in a thousand listings is
read once.
"""

import hashlib
import sqlite3
from pathlib import Path

import orjson
from pydantic import TypeAdapter

from detector.errors import PictureRefused
from detector.image.options import PACKAGED, OcrOptions
from detector.image.reader import PictureReader, default_reader
from detector.reading import PictureReading
from storage.settings import settings

_KEPT = 500_000
"""Readings; the oldest make room. A reading takes about 2 kB on disk."""


def configured_reader() -> PictureReader:
    """The reader of pictures that the settings ask for; its models are loaded at the first picture."""
    chosen = settings()
    return default_reader(
        OcrOptions(
            engine=chosen.ocr_engine,
            detector=_model(chosen.ocr_detector),
            recogniser=_model(chosen.ocr_recogniser),
            second_detector=_model(chosen.ocr_second_detector),
            second_recogniser=_model(chosen.ocr_second_recogniser),
        )
    )


def _model(name: str) -> str | Path:
    return name if name in PACKAGED else Path(name)


_READING = TypeAdapter(PictureReading)


class KeptReader:
    """A picture reader that looks into a file first; several processes share the file.

    A picture that is refused is kept as refused. Asking the reader for its engine loads its models.
    """

    def __init__(self, reader: PictureReader, file: Path) -> None:
        self._reader = reader
        self.engine = reader.engine
        self._store = sqlite3.connect(file, timeout=30, isolation_level=None)
        self._store.execute("PRAGMA journal_mode=WAL")
        self._store.execute("PRAGMA synchronous=OFF")
        self._store.execute(
            "CREATE TABLE IF NOT EXISTS reading"
            " (n INTEGER PRIMARY KEY, key BLOB UNIQUE, body BLOB, refused TEXT)"
        )

    def read(self, data: bytes) -> PictureReading:
        """Raises `PictureRefused`."""
        key = hashlib.sha256(data + self.engine.encode()).digest()
        row = self._store.execute("SELECT body, refused FROM reading WHERE key = ?", (key,)).fetchone()
        if row is None:
            row = self._read_afresh(data)
            done = self._store.execute(
                "INSERT OR IGNORE INTO reading (key, body, refused) VALUES (?, ?, ?)", (key, *row)
            )
            self._store.execute("DELETE FROM reading WHERE n <= ?", ((done.lastrowid or 0) - _KEPT,))
        body, refused = row
        if refused is not None:
            raise PictureRefused(refused)
        return _READING.validate_json(body)

    def _read_afresh(self, data: bytes) -> tuple[bytes | None, str | None]:
        try:
            return orjson.dumps(self._reader.read(data)), None
        except PictureRefused as refusal:
            return None, str(refusal)
