"""Pictures that are alike, grouped as they come: on disk, so that memory doesn't grow with their number.

Two pictures are alike where their PDQ hashes differ in no more than 22 of 256 bits, in any of eight turns.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from detector.image.bands import ALIKE, bands
from detector.image.copies import HASHABLE
from detector.image.hashes import distances

Hashes = NDArray[np.uint8]
"""(8, 32): a picture's hash in its eight turns."""

_MOST_LIKELY = 500
"""Hashes compared in earnest with one picture: patterns that half a catalogue shares crowd a band."""


@dataclass(frozen=True, slots=True)
class Member:
    """A picture of a group: its listing and seller as handed in, and how its hash lies to the group's first:
    bits apart, and the turn (0 upright, as `pdq_hashes` counts them).
    """

    listing: str
    where: str
    seller: str | None
    bits: int
    turn: int


class AlikePictures:
    """Groups of alike pictures in an SQLite file, which several processes may read once all are added. A
    group goes by the number of its first picture.
    """

    def __init__(self, file: Path) -> None:
        self._store = sqlite3.connect(file, isolation_level=None)
        self._store.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;"
            "CREATE TABLE IF NOT EXISTS first (number INTEGER PRIMARY KEY, hash BLOB);"
            "CREATE TABLE IF NOT EXISTS band (value INTEGER, first INTEGER, PRIMARY KEY (value, first))"
            " WITHOUT ROWID;"
            "CREATE TABLE IF NOT EXISTS member (first INTEGER, listing TEXT, place TEXT, seller TEXT,"
            " bits INTEGER, turn INTEGER);"
            "CREATE INDEX IF NOT EXISTS by_first ON member (first, seller);"
        )

    def add(self, listing: str, where: str, seller: str | None, hashes: Hashes, quality: int) -> int | None:
        """Puts a picture to those it is like, or begins a group, of which the number is given back; plain
        ones, whose hashes are all alike, are groups of their own.
        """
        near = self._nearest(hashes) if quality >= HASHABLE else None
        first, bits, turn = near or (self._begun(hashes, quality), 0, 0)
        self._store.execute(
            "INSERT INTO member VALUES (?, ?, ?, ?, ?, ?)", (first, listing, where, seller, bits, turn)
        )
        return None if near else first

    def shared(self) -> Iterator[int]:
        """The groups that pictures of at least two known sellers are in."""
        groups = self._store.execute(
            "SELECT first FROM member WHERE seller IS NOT NULL GROUP BY first"
            " HAVING COUNT(DISTINCT seller) > 1 ORDER BY first"
        )
        yield from (first for (first,) in groups)

    def members(self, first: int) -> list[Member]:
        rows = self._store.execute(
            "SELECT listing, place, seller, bits, turn FROM member WHERE first = ? ORDER BY rowid", (first,)
        )
        return [Member(*row) for row in rows]

    def of_several_sellers(self, first: int, other: int) -> bool:
        """Whether pictures of at least two known sellers are in two groups together."""
        [count] = self._store.execute(
            "SELECT COUNT(DISTINCT seller) FROM member WHERE first IN (?, ?)", (first, other)
        ).fetchone()
        return int(count) > 1

    def close(self) -> None:
        self._store.close()

    def _nearest(self, hashes: Hashes) -> tuple[int, int, int] | None:
        values = sorted({value for turned in hashes for value in bands(turned)})
        rows = self._store.execute(
            "SELECT number, hash FROM first WHERE number IN (SELECT first FROM band"
            " WHERE value IN (SELECT value FROM json_each(?)) LIMIT ?)",
            (orjson.dumps(values), _MOST_LIKELY),
        ).fetchall()
        if not rows:
            return None
        others = np.frombuffer(b"".join(packed for _, packed in rows), np.uint8).reshape(len(rows), -1)
        apart = distances(hashes, others)
        turn, nearest = np.unravel_index(int(apart.argmin()), apart.shape)
        bits = int(apart[turn, nearest])
        return (rows[int(nearest)][0], bits, int(turn)) if bits <= ALIKE else None

    def _begun(self, hashes: Hashes, quality: int) -> int:
        made = self._store.execute("INSERT INTO first (hash) VALUES (?)", (hashes[0].tobytes(),))
        number = made.lastrowid or 0
        if quality < HASHABLE:
            return number
        rows = [(value, number) for value in bands(hashes[0])]
        self._store.executemany("INSERT INTO band VALUES (?, ?)", rows)
        return number
