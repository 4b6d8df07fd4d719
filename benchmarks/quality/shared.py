"""Pictures that a seller took from another one's listing: found again among all of a catalogue, by edit.

The catalogue holds the photos that copies are measured on (`copies`), each another seller's. Some of them are
edited, and each edited picture is looked for in it as `detector shared` does: by its hash, then by its parts.
So is each photo as it is, which has nothing to share with any other; two that show the same package or mark
are told apart.

The peer is what comparing whole pictures by their hashes alone finds (`detector shared --whole`).
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.copied_photos import PHOTOS, distinct, edited, kin_of, pixels_at, split
from benchmarks.edits import EDITS
from benchmarks.figure import Figure
from detector.image.bands import ALIKE
from detector.image.copies import HASHABLE
from detector.image.decoding import Pixels
from detector.image.hashes import distances
from detector.image.looking import glance
from detector.packing import packed_looks
from workers.parts import Looks, blocks

NAME = "shared"
NEEDS = PHOTOS
EACH = 2  # of so many photos that copies are made of one is taken
COLLAGED = 40  # photos that collages are made with, which are not in the catalogue
PEER = "whole pictures alone"


@dataclass(frozen=True, slots=True)
class Case:
    """A photo under an edit, or as it is ('': then nothing is there to be found): which others it is taken to
    share with, by the hash and in all."""

    path: Path
    edit: str
    whole: frozenset[Path]
    found: frozenset[Path]


class _Catalogue:
    """All photos by number, from 0; pictures that are looked for in it come after them."""

    def __init__(self, photos: list[Path], looks: Looks) -> None:
        self._photos, self._looks = photos, looks
        seen = [glance(pixels_at(path)) for path in photos]
        for number, look in enumerate(seen):
            looks.add(number, packed_looks([look]))
        self._hashes = np.stack([look.hashes[0] for look in seen])
        self._plain = np.array([look.hash_quality < HASHABLE for look in seen])
        [self._block] = blocks(looks)
        self._next = len(photos)

    def edited(self, path: Path, edit: str, pixels: Pixels) -> Case:
        self._looks.add(self._next, packed_looks([glance(pixels)]))
        self._next += 1
        return self._case(self._next - 1, path, edit)

    def untouched(self) -> list[Case]:
        return [self._case(number, path, "") for number, path in enumerate(self._photos)]

    def _case(self, number: int, path: Path, edit: str) -> Case:
        look = self._looks[number]
        apart = distances(look.hashes, self._hashes).min(axis=0)
        whole = {int(n) for n in np.flatnonzero((apart <= ALIKE) & ~self._plain) if n != number}
        if look.hash_quality < HASHABLE:
            whole.clear()
        ties = self._block.parts(number, self._looks, lambda *_: True)
        parts = {part.first + part.second - number for part in ties}
        return Case(
            path, edit, *(frozenset(self._photos[n] for n in some) for some in (whole, whole | parts))
        )


def measure(data: Path) -> Iterator[Figure]:
    """For each edit the pictures tied to their original; the mean; and what is tied falsely."""
    every = list(distinct(data))
    registered, strangers = split(every)
    kin = kin_of(data, every)
    tiles = [path for path in strangers if not kin[str(path)]][:COLLAGED]
    photos = [path for path in every if path not in tiles]
    filler = [pixels_at(path) for path in tiles]
    with TemporaryDirectory() as folder, closing(Looks(Path(folder) / "looks.sqlite")) as looks:
        catalogue = _Catalogue(photos, looks)
        copied = [
            catalogue.edited(path, edit.name, edit(pixels_at(path), 100 * n + m, filler))
            for n, path in enumerate(edited(registered)[::EACH])
            for m, edit in enumerate(EDITS)
        ]
        plain = catalogue.untouched()
    by_edit: dict[str, list[Case]] = defaultdict(list)
    for case in copied:
        by_edit[case.edit].append(case)
    for name, cases in by_edit.items():
        yield _tied(name, cases)
    yield _tied("all edits", copied)
    for name, cases in (("edited photos", copied), ("untouched photos", plain)):
        for what, akin in (("a stranger's", False), ("one of the same package or mark", True)):
            yield _false(f"{name} tied to {what}", cases, kin, akin)


def _tied(name: str, cases: list[Case]) -> Figure:
    missed = tuple(f"{case.path}: {case.edit}" for case in cases if case.path not in case.found)
    whole = sum(case.path in case.whole for case in cases) / len(cases)
    return Figure(NAME, name, len(cases) - len(missed), len(cases), peers=((PEER, whole),), misses=missed)


def _false(name: str, cases: list[Case], kin: dict[str, set[str]], akin: bool) -> Figure:
    def wrong(case: Case, found: frozenset[Path]) -> list[Path]:
        own = kin[str(case.path)]
        return [each for each in found if each != case.path and bool(kin[str(each)] & own) is akin]

    misses = tuple(
        f"{case.path}: {case.edit} tied to {each}" for case in cases for each in wrong(case, case.found)
    )
    hits = sum(bool(wrong(case, case.found)) for case in cases)
    whole = sum(bool(wrong(case, case.whole)) for case in cases) / len(cases)
    return Figure(NAME, name, hits, len(cases), at_most=True, peers=((PEER, whole),), misses=misses)
