"""Copies of registered pictures under two dozen seeded edits, and pictures that only look alike.

Photos of goods, shops, packages and texts; a part of them is registered, the edits are made of some of these,
all the others are strangers. The constants were fitted on half of the pictures, by the hash of their names;
these here are the other half. A picture that shows the same package, or a mark of the same brand, as a
registered one is a second photo, no stranger, and told apart. Pictures that occur twice are taken once.

The peers see the same pictures and compare each with all references: PDQ as the package `pdqhash` has it, in
all eight turns, up to 31 bits; pHash (OpenCV's, 64 bits) upright up to 10 bits.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import md5
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.edits import EDITS, scaled
from benchmarks.figure import Figure
from benchmarks.photos import pixels_of
from detector.image.copies import compare
from detector.image.decoding import Pixels
from detector.image.hashes import distances
from detector.image.looking import glance
from detector.image.references import ReferenceIndex
from detector.sighting import AssetKind, Reference

NAME = "copies"
FOLDERS = {
    "listings/images": 24,
    "scene_text/images": 10,
    "logos/images": 14,
    "packaging/photos": 8,
}
"""Where pictures are, and how many of each are edited."""
BOXES, PACKAGES = "logos/boxes.csv", "packaging/photos.csv"
NEEDS = (*FOLDERS, BOXES, PACKAGES)

REGISTERED = 0.35  # of the pictures
LARGEST = 800  # pixels a side
COLLAGED = 40  # strangers without a known package or mark that collages are made with
TWICE = 6.0  # grey levels: pictures that differ by less on average are one
PDQ, PHASH = 31, 10  # bits
PEERS = (f"PDQ in eight turns, {PDQ} bits", f"pHash, {PHASH} bits")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A picture that was looked for in the registry: `own` is what it was made of, `edit` how, both empty for
    a picture as it is. `near` are the candidates, `found` what it is taken for a copy of, `peers` what each
    peer takes it for.
    """

    path: Path
    edit: str
    own: str
    near: frozenset[str]
    found: frozenset[str]
    peers: tuple[frozenset[str], ...]


def measure(data: Path) -> Iterator[Figure]:
    """For each edit the pictures traced to their original; then the candidates alone, the mean, and what is
    found falsely."""
    chosen = list(_distinct(data))
    registered, strangers = _split(chosen)
    kin = _kin(data, chosen)
    index, hashes = _registry(registered)
    filler = [_pixels(path) for path in strangers if not kin[str(path)]][:COLLAGED]
    edited = [
        _looked_for(index, hashes, edit(_pixels(path), 100 * n + m, filler), path, edit.name)
        for n, path in enumerate(_edited(registered))
        for m, edit in enumerate(EDITS)
    ]
    by_edit: dict[str, list[Case]] = defaultdict(list)
    for case in edited:
        by_edit[case.edit].append(case)
    for name, cases in by_edit.items():
        yield _share(name, cases, 0.92)
    yield _share("all edits", edited, 0.97)
    candidates = [case for case in edited if case.own not in case.near]
    yield Figure(
        NAME, "all edits: among the candidates", len(edited) - len(candidates), len(edited),
        misses=tuple(f"{case.path}: {case.edit}" for case in candidates),
    )  # fmt: skip
    plain = [_looked_for(index, hashes, _pixels(path), path) for path in strangers]
    yield _false("strangers taken for a copy", [*plain, *edited], kin, False, 0.001)
    akin = [case for case in plain if kin[str(case.path)] & {k for p in registered for k in kin[str(p)]}]
    yield _false("second photos of a registered package or mark taken for a copy", akin, kin, True, None)


def _share(name: str, cases: list[Case], target: float) -> Figure:
    return Figure(
        NAME,
        name,
        sum(case.own in case.found for case in cases),
        len(cases),
        target,
        peers=tuple(
            (peer, sum(case.own in case.peers[n] for case in cases) / len(cases))
            for n, peer in enumerate(PEERS)
        ),
        misses=tuple(f"{case.path}: {case.edit}" for case in cases if case.own not in case.found),
    )


def _false(
    name: str, cases: list[Case], kin: dict[str, set[str]], akin: bool, target: float | None
) -> Figure:
    """Cases taken for a copy of a picture that they weren't made of, akin to theirs or not."""

    def wrong(case: Case, found: frozenset[str]) -> list[str]:
        return [each for each in found if each != case.own and bool(kin[each] & kin[str(case.path)]) is akin]

    return Figure(
        NAME,
        name,
        sum(bool(wrong(case, case.found)) for case in cases),
        len(cases),
        target,
        at_most=True,
        peers=tuple(
            (peer, sum(bool(wrong(case, case.peers[n])) for case in cases) / max(1, len(cases)))
            for n, peer in enumerate(PEERS)
        ),
        misses=tuple(
            f"{case.path}: {case.edit} taken for {other}"
            for case in cases
            for other in wrong(case, case.found)
        ),
    )


def _registry(registered: list[Path]) -> tuple[ReferenceIndex, NDArray[np.uint8]]:
    """The references, and their pHashes."""
    references = [Reference("", str(path), AssetKind.IMAGE, glance(_pixels(path))) for path in registered]
    return ReferenceIndex(references), np.stack([_phash(_pixels(path)) for path in registered])


def _looked_for(
    index: ReferenceIndex, phashes: NDArray[np.uint8], pixels: Pixels, path: Path, edit: str = ""
) -> Case:
    seen = glance(pixels)
    near = index.pictures_near(seen)
    found = [each.asset for each in near if compare(each.appearance, seen) is not None]
    assets = np.array([each.asset for each in index.references])
    hashes = np.stack([each.appearance.hashes[0] for each in index.references])
    by_pdq = distances(hashes, seen.hashes).min(axis=1) <= PDQ
    by_phash = distances(phashes, _phash(pixels)[None])[:, 0] <= PHASH
    return Case(
        path,
        edit,
        str(path) if edit else "",
        frozenset(each.asset for each in near),
        frozenset(found),
        (frozenset(assets[by_pdq].tolist()), frozenset(assets[by_phash].tolist())),
    )


def _phash(pixels: Pixels) -> NDArray[np.uint8]:
    hashed: NDArray[np.uint8] = cv2.img_hash.pHash(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[0]
    return hashed


@cache
def _pixels(path: Path) -> Pixels:
    pixels = pixels_of(path)
    scale = LARGEST / max(pixels.shape[:2])
    return pixels if scale >= 1 else scaled(pixels, *(round(side * scale) for side in pixels.shape[1::-1]))


def _distinct(data: Path) -> Iterator[Path]:
    """The pictures of this half, each once though it may occur twice."""
    seen: list[NDArray[np.int16]] = []
    for folder in FOLDERS:
        for path in sorted((data / folder).iterdir()):
            if md5(path.name.encode(), usedforsecurity=False).digest()[0] % 2 == 0:
                continue
            small = cv2.resize(_pixels(path), (48, 48), interpolation=cv2.INTER_AREA).astype(np.int16)
            if not seen or np.abs(np.stack(seen) - small).mean(axis=(1, 2, 3)).min() >= TWICE:
                seen.append(small)
                yield path


def _split(pictures: list[Path]) -> tuple[list[Path], list[Path]]:
    """Those registered, and the strangers."""
    shuffled = Random(7).sample(pictures, len(pictures))
    count = round(len(pictures) * REGISTERED)
    return shuffled[:count], shuffled[count:]


def _edited(registered: list[Path]) -> list[Path]:
    return [
        path
        for folder, count in FOLDERS.items()
        for path in [path for path in registered if str(path.parent).endswith(folder)][:count]
    ]


def _kin(data: Path, pictures: list[Path]) -> dict[str, set[str]]:
    """What each picture is known to show: packages and marks."""
    shown: dict[str, set[str]] = {str(path): set() for path in pictures}
    for file, folder, column in (
        (BOXES, "logos/images", "brand"),
        (PACKAGES, "packaging/photos", "product"),
    ):
        with (data / file).open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                name = str(data / folder / row["image"])
                if name in shown:
                    shown[name].add(row[column])
    return shown
