"""Whether a picture was made from a reference: the whole or a part of it, turned, mirrored, recoloured,
framed, printed and photographed again.

A second photo of the same thing agrees with the first in local features too. What gives a copy away is that
one transform says the place and the turn of every point exactly, as if both lay in one plane; that the points
found again lie all over what both show; and that the brightness has the same structure everywhere, not on the
thing alone. For the whole picture its hash speaks as well.
"""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.appearance import Appearance, LocalFeatures
from detector.image.geometry import RARE, Alignment, align
from detector.image.hashes import BITS, MIRRORED, distances
from detector.image.keypoints import mirrored
from detector.image.structure import structure

Floats = NDArray[np.float64]
Corners = tuple[tuple[float, float], ...]
Kind = Literal["whole", "part", "mirrored"]

SAME_HASH = 16  # bits of 256: that near, a hash needs no other witness
HASHABLE = 50  # PDQ's own bound on quality
FARTHEST_HASH = 64  # bits: from here a hash says nothing of a copy
WHOLE = 0.9  # of the reference's area in the picture
CELLS = 8  # a side
FEWEST_CELLS = 4  # with points that were found again: fewer may be one mark that two pictures share
FEWEST_PAIRS = 12  # that a homography is fitted to

# A logistic, fitted on two dozen edits of 64 photos, against the likest of 860 others, many of them photos of
# the same goods or of other goods in the same pose.
BIAS, OFF, TURNED, SPREAD, STRUCTURE, HASH = -6.32, -1.504, -0.757, 2.588, 10.233, 2.936
ACROSS = 0.5
"""What speaks for a mirror image: a second photo, which most that is hardly a copy is, never is one."""
SURELY_ACROSS, ACROSS_RARE = 2.0, 30.0
"""What speaks for it besides from such a rarity: what looks the same both ways round is hardly as rare, and
with other colours and words on it a copy's brightness may have another structure."""
FARTHEST_OFF, SECOND_PHOTO = 1 / 3, -4.0
"""From how many diameters on points that lie off their places speak against a copy, and by how much: a
studio shows a model or a shoe in one pose under one light in ten colours, and only where points lie tells."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A reference found in a picture. `box` is where: its four corners in pixels of the picture, clipped to
    it, clockwise from the reference's top left (of its mirror image, where it is mirrored). `score`, above
    0.5 and up to 1, is how surely the picture was made from it. `kind`: all of the reference is there, a part
    of it, or it is mirrored.
    """

    box: Corners
    score: float
    kind: Kind


def compare(reference: Appearance, picture: Appearance) -> Copy | None:
    """The reference as a copy in the picture, or None."""
    if (copy := hashed(reference, picture)) is not None:
        return copy
    for across in (False, True):
        alignment = align(reference, picture, across=across)
        if alignment is not None and (copy := judged(reference, picture, alignment, across)) is not None:
            return copy
    return None


def hashed(reference: Appearance, picture: Appearance) -> Copy | None:
    """The reference as a copy of which the hash alone is witness enough."""
    near = _bits(reference, picture)
    if near.min() > SAME_HASH:
        return None
    turn = int(near.argmin())
    kind: Kind = "mirrored" if turn >= MIRRORED else "whole"
    return Copy(_frame(picture, turn), 1 - float(near.min()) / BITS, kind)


def judged(reference: Appearance, picture: Appearance, alignment: Alignment, across: bool) -> Copy | None:
    """What an alignment of the reference, or of its mirror image where `across`, makes of it."""
    if alignment.rarity < RARE:
        return None
    features = mirrored(reference.features, reference.width) if across else reference.features
    spread, cells = _spread(features, reference, picture, alignment)
    if cells < FEWEST_CELLS:
        return None
    alike, inside = structure(reference, picture, alignment.transform, across=across)
    off, turned = _misfit(features, picture.features, alignment)
    hash_near = max(0, FARTHEST_HASH - int(_bits(reference, picture).min())) / FARTHEST_HASH
    odds = (
        BIAS
        + OFF * np.log(off + 0.02)
        + TURNED * np.log(turned + 0.3)
        + SPREAD * np.log(spread + 0.05)
        + STRUCTURE * alike
        + HASH * hash_near
        + (ACROSS if across else 0.0)
        + (SURELY_ACROSS if across and alignment.rarity >= ACROSS_RARE else 0.0)
        + (SECOND_PHOTO if off > FARTHEST_OFF else 0.0)
    )
    if odds <= 0:
        return None
    kind: Kind = "mirrored" if across else "whole" if inside >= WHOLE else "part"
    return Copy(alignment.outline, float(1 / (1 + np.exp(-odds))), kind)


def _bits(reference: Appearance, picture: Appearance) -> NDArray[np.int64]:
    """Bits by which the reference's hash differs from that of each of the picture's turns."""
    if min(reference.hash_quality, picture.hash_quality) < HASHABLE:
        return np.full(len(picture.hashes), BITS, dtype=np.int64)
    return np.asarray(distances(reference.hashes[:1], picture.hashes)[0])


def _frame(picture: Appearance, turn: int) -> Corners:
    """The picture's corners in the order of the reference's (of its mirror image's)."""
    right, bottom = float(picture.width), float(picture.height)
    corners = [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)]
    quarters = (turn if turn < MIRRORED else -turn) % 4
    return tuple(corners[quarters:] + corners[:quarters])


def _spread(
    features: LocalFeatures, reference: Appearance, picture: Appearance, alignment: Alignment
) -> tuple[float, int]:
    """The share of the reference's cells in view, among those with points, in which one was found again, and
    how many these are."""
    size = np.array([reference.width, reference.height])
    cell = np.clip(features.places[:, :2] / size * CELLS, 0, CELLS - 1).astype(int) @ (1, CELLS)
    x, y = _moved(alignment.transform, features.places[:, :2]).T
    seen = (x >= 0) & (x < picture.width) & (y >= 0) & (y < picture.height)
    found = len(np.unique(cell[alignment.pairs[:, 0]]))
    return found / max(1, len(np.unique(cell[seen]))), found


def _misfit(features: LocalFeatures, others: LocalFeatures, alignment: Alignment) -> tuple[float, float]:
    """How far the pairs lie off their places, in diameters of a point, and off their turn in degrees: the
    medians.
    """
    source = features.places[alignment.pairs[:, 0]].astype(np.float64)
    target = others.places[alignment.pairs[:, 1]].astype(np.float64)
    transform = _exact(source[:, :2], target[:, :2], alignment.transform)
    there = _moved(transform, source[:, :2])
    off = np.hypot(*(there - target[:, :2]).T) / np.maximum(target[:, 2], 1)
    angle = np.deg2rad(source[:, 3])
    ahead = _moved(transform, source[:, :2] + np.stack([np.cos(angle), np.sin(angle)], axis=1))
    dx, dy = (ahead - there).T
    turned = np.abs((target[:, 3] - np.rad2deg(np.arctan2(dy, dx)) + 180) % 360 - 180)
    return float(np.median(off)), float(np.median(turned))


def _exact(source: Floats, target: Floats, near: Floats) -> Floats:
    """The homography that fits half of the pairs best: an alignment is content with less."""
    if len(source) < FEWEST_PAIRS:
        return near
    transform, _ = cv2.findHomography(source, target, cv2.LMEDS)
    return near if transform is None else np.asarray(transform, dtype=np.float64)


def _moved(transform: Floats, points: NDArray[np.floating]) -> Floats:
    moved = points @ transform[:, :2].T + transform[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:])
