"""Pictures that share a part: what one shows, cropped, framed, captioned, or as one tile of a collage, the
other shows too.

The points of all pictures lie in blocks of bounded size, one in memory at a time. Each picture asks each
block for the few that have most points in common with it; these are compared in earnest, as a brand's own
pictures are. So memory is bounded, and what a picture costs grows by one question with each block.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from detector.appearance import Appearance
from detector.image.copies import Corners, judged
from detector.image.geometry import RARE, align
from detector.image.keypoints import mirrored
from detector.image.votes import Votes
from detector.packing import unpacked_looks

BLOCK = 25_000
"""Pictures whose points are held at a time, some 0.5 GB, and 1.5 GB while they are ordered."""
PROPOSED, MIRRORED = 10, 5
"""Pictures of a block that are compared in earnest with one, some 4 ms each, and as mirror images."""
_ASKED_FOR = 30
"""Pictures that a block proposes: many may be the seller's own."""


@dataclass(frozen=True, slots=True)
class Part:
    """What the picture `first` shows, the picture `second` shows too: at `box`, four corners in pixels of
    `second`, clockwise from the top left of `first`, or of its mirror image.
    """

    first: int
    second: int
    box: Corners
    score: float
    mirrored: bool


class Looks:
    """Looks of pictures by number in an SQLite file, some 0.16 MB each; several processes may read it."""

    def __init__(self, file: Path) -> None:
        self._store = sqlite3.connect(file, isolation_level=None)
        self._store.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE IF NOT EXISTS look (number INTEGER PRIMARY KEY, body BLOB);"
        )

    def __getitem__(self, number: int) -> Appearance:
        [body] = self._store.execute("SELECT body FROM look WHERE number = ?", (number,)).fetchone()
        [look] = unpacked_looks(body)
        return look

    def add(self, number: int, packed: bytes) -> None:
        """Keeps a look as `packed_looks` packs one."""
        self._store.execute("INSERT INTO look VALUES (?, ?)", (number, packed))

    def numbers(self) -> list[int]:
        return [number for (number,) in self._store.execute("SELECT number FROM look ORDER BY number")]

    def close(self) -> None:
        self._store.close()


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The points of some pictures; `numbers` are the pictures' own, by those of `votes`."""

    numbers: tuple[int, ...]
    votes: Votes

    def parts(self, number: int, looks: Looks, wanted: Callable[[int, int], bool]) -> Iterator[Part]:
        """What pictures of the block the picture of that number shows a part of, or all. Of others than
        `wanted` with it none is compared.
        """
        look = looks[number]
        turned = mirrored(look.features, look.width)
        for features, most, across in ((look.features, PROPOSED, False), (turned, MIRRORED, True)):
            near = (self.numbers[n] for n in self.votes.candidates(features, _ASKED_FOR))
            compared = [other for other in near if other != number and wanted(number, other)][:most]
            for other in compared:
                if (part := _compared(other, looks[other], number, look, across)) is not None:
                    yield part


def blocks(looks: Looks, size: int = BLOCK) -> Iterator[Block]:
    """All pictures, a block at a time."""
    every = looks.numbers()
    for start in range(0, len(every), size):
        numbers = tuple(every[start : start + size])
        yield Block(numbers, Votes(looks[number].features for number in numbers))


def _compared(other: int, theirs: Appearance, number: int, own: Appearance, across: bool) -> Part | None:
    """Whether one was made from the other: which is the original nobody knows, and where points agree both
    are tried."""
    place = align(theirs, own, across=across)
    if place is None or place.rarity < RARE:
        return None
    if (copy := judged(theirs, own, place, across)) is not None:
        return Part(other, number, copy.box, copy.score, across)
    back = align(own, theirs, across=across)
    if back is not None and (copy := judged(own, theirs, back, across)) is not None:
        return Part(number, other, copy.box, copy.score, across)
    return None
