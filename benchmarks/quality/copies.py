"""Copies of registered pictures under two dozen seeded edits, and pictures that only look alike.

Photos of goods, shops, packages and texts; a part of them is registered, the edits are made of some of these,
all the others are strangers. The constants were fitted on half of the pictures, by the hash of their names;
these here are the other half. A picture that shows the same package, or a mark of the same brand, as a
registered one is a second photo, no stranger, and told apart. Pictures that occur twice are taken once.

The peers see the same pictures and compare each with all references: PDQ as the package `pdqhash` has it, in
all eight turns, up to 31 bits; pHash (OpenCV's, 64 bits) upright up to 10 bits.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.copied_photos import PHOTOS, distinct, edited, kin_of, pixels_at, split
from benchmarks.edits import EDITS
from benchmarks.figure import Figure
from detector.image.copies import compare
from detector.image.decoding import Pixels
from detector.image.hashes import distances
from detector.image.looking import glance
from detector.image.references import ReferenceIndex
from detector.sighting import AssetKind, Reference

NAME = "copies"
NEEDS = PHOTOS
COLLAGED = 40  # strangers without a known package or mark that collages are made with
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
    chosen = list(distinct(data))
    registered, strangers = split(chosen)
    kin = kin_of(data, chosen)
    index, hashes = _registry(registered)
    filler = [pixels_at(path) for path in strangers if not kin[str(path)]][:COLLAGED]
    copied = [
        _looked_for(index, hashes, edit(pixels_at(path), 100 * n + m, filler), path, edit.name)
        for n, path in enumerate(edited(registered))
        for m, edit in enumerate(EDITS)
    ]
    by_edit: dict[str, list[Case]] = defaultdict(list)
    for case in copied:
        by_edit[case.edit].append(case)
    for name, cases in by_edit.items():
        yield _share(name, cases, 0.92)
    yield _share("all edits", copied, 0.97)
    candidates = [case for case in copied if case.own not in case.near]
    yield Figure(
        NAME, "all edits: among the candidates", len(copied) - len(candidates), len(copied),
        misses=tuple(f"{case.path}: {case.edit}" for case in candidates),
    )  # fmt: skip
    plain = [_looked_for(index, hashes, pixels_at(path), path) for path in strangers]
    yield _false("strangers taken for a copy", [*plain, *copied], kin, False, 0.001)
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
    references = [Reference("", str(path), AssetKind.IMAGE, glance(pixels_at(path))) for path in registered]
    return ReferenceIndex(references), np.stack([_phash(pixels_at(path)) for path in registered])


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
