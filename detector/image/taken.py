"""Which references show what another brand registered before: one picture can't stand for two.

What is drawn is compared, not the file: a mark by how far it lies off its ground, cut to where it begins, so
that neither margins nor colours nor a dark ground tell copies apart; a picture by its brightness, without
even margins. Both are held in few numbers, so that an index finds the likest of many.
"""

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.appearance import Appearance
from detector.image import copies
from detector.image.nearest import Nearest
from detector.sighting import AssetKind, Reference

SIDE = 16
"""Cells a side that what is drawn is held in."""
SAME_MARK = 0.99
"""Correlation from which two marks are one drawing."""
LIKELY_PICTURE = 0.95
"""Correlation from which two pictures are compared in earnest, some 5 ms a pair."""
COMPARED = 3
"""Pictures that one is compared with in earnest."""
NEIGHBOURS = 32
"""Of each, its own brand's among them."""
PROPORTIONS = 0.2
"""How much longer, about, one may be for its height."""
EVEN = 24
"""Grey levels off the ground up to which a margin is empty, and the share of a line that may be more."""
SPECKS = 0.02

Floats = NDArray[np.float32]


def taken(references: Sequence[Reference], related: Callable[[str, str], bool]) -> dict[int, int]:
    """The number of each reference that is another brand's, with the number of that one.

    Of two the first is kept. Brands for which `related` says so, by their ids, may share what they show.
    Marks are compared with marks, pictures and products with each other.
    """
    found: dict[int, int] = {}
    marks = [n for n, each in enumerate(references) if each.kind is AssetKind.LOGO]
    pictures = [n for n, each in enumerate(references) if each.kind is not AssetKind.LOGO]
    for numbers, enough in ((marks, SAME_MARK), (pictures, LIKELY_PICTURE)):
        for number, likely in _likely([references[n] for n in numbers], enough):
            one, compared = references[numbers[number]], 0
            for other in (numbers[n] for n in likely if numbers[n] not in found):
                theirs = references[other]
                if compared == COMPARED:
                    break
                if theirs.brand == one.brand or related(theirs.brand, one.brand):
                    continue
                compared += 1
                if one.kind is AssetKind.LOGO or copies.compare(theirs.appearance, one.appearance):
                    found[numbers[number]] = other
                    break
    return found


def _likely(references: Sequence[Reference], enough: float) -> Iterator[tuple[int, list[int]]]:
    """Each number with those before it that are so much alike, the likest first."""
    if len(references) < 2:
        return
    sketches = np.stack([sketch(each.appearance, each.kind) for each in references])
    vectors, longer = sketches[:, :-1], sketches[:, -1]
    similar, which = Nearest(vectors).search(vectors, min(NEIGHBOURS, len(vectors)))
    order = np.arange(len(vectors))[:, None]
    likely = (similar >= enough) & (which < order) & (np.abs(longer[which] - longer[:, None]) <= PROPORTIONS)
    for number in np.flatnonzero(likely.any(axis=1)):
        yield int(number), [int(n) for n in which[number][likely[number]]]


def pairs_alike(some: Floats, others: Floats, kind: AssetKind) -> Iterator[tuple[int, int, float]]:
    """The rows of sketches (n, 257) and (m, 257) that may show the same, and how much they are alike: of
    marks, surely the same; of pictures, worth comparing in earnest.
    """
    similar = some[:, :-1] @ others[:, :-1].T
    near = np.abs(some[:, -1:] - others[:, -1]) <= PROPORTIONS
    enough = SAME_MARK if kind is AssetKind.LOGO else LIKELY_PICTURE
    for one, other in np.argwhere((similar >= enough) & near):
        yield int(one), int(other), float(similar[one, other])


def sketch(look: Appearance, kind: AssetKind) -> Floats:
    """What is drawn, 256 numbers of unit length around 0 (all 0 for an even plane), and after them the
    logarithm of its width by its height.
    """
    small = look.thumbnail
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    apart = np.abs(small.astype(np.float32) - np.median(border, axis=0).astype(np.float32))
    off: Floats = np.maximum.reduce([apart[..., 0], apart[..., 1], apart[..., 2]])  # max(axis=2) is slow
    if kind is AssetKind.LOGO:
        plane = _cut(off, off >= off.max() / 2, 0)
    else:
        plane = _cut(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32), off >= EVEN, SPECKS)
    height, width = plane.shape
    if min(height, width) < 2 * SIDE:  # averages over less than two pixels would hang on where they begin
        size = max(width, 2 * SIDE), max(height, 2 * SIDE)
        plane = cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)
    cells = cv2.resize(plane, (SIDE, SIDE), interpolation=cv2.INTER_AREA).ravel()
    cells = cells - cells.mean()
    cells /= max(float(np.linalg.norm(cells)), 1e-6)
    return np.append(cells, np.log(width / height)).astype(np.float32)


def _cut(plane: Floats, drawn: NDArray[np.bool_], specks: float) -> Floats:
    """The plane from the first to the last line, and column, that has more than `specks` drawn."""
    down, across = (np.flatnonzero(drawn.mean(axis=axis) > specks) for axis in (1, 0))
    if not len(down) or not len(across):
        return plane
    return plane[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
