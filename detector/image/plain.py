"""Whether a mark is hardly more than a shape that belongs to nobody, whatever its colours.

Told by what is drawn, not by vectors: those of a circle on blue lie as far from those of a circle on white as
from many a brand's. What stands out from its ground has to have the outline of a generic shape, and nothing
else may be drawn in it or beside it; light and shadow, which have no edges, may.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.image.decoding import Pixels
from detector.image.generic import SIDE as STENCIL
from detector.image.generic import Mask, filling, grown, stencils

SIDE = 160
"""Pixels of the square in which a mark is looked at: noise is gone, and strokes are not."""
ALIKE = 0.97
"""Share of what each of two outlines fills that the other fills too or lies beside, by a pixel of a stencil,
from which they are one."""
NO_LESS = 0.01
"""By so much the plainer of two shapes may fit less."""
A_LONG_SIDE = 1.3
LONG = {"circle": "oval", "ring": "oval ring", "square": "rectangle", "rounded square": "rounded bar"}
"""What shapes are called with one side so many times as long as the other."""
STRAYS = 0.1
"""Pixels with an edge away from the outline, for each pixel of the outline, up to which nothing else is
drawn."""
AN_EDGE, FAINTEST = 0.16, 2.5
"""What is an edge: a share of the outline's own steepness; grey levels a pixel."""
ABOUT = 6
"""Pixels about the outline that are its own: blur and a JPEG's ringing."""
LEVELS = (0.25, 0.5)
"""Shares of the mark's contrast from which on a pixel may be said to be drawn."""
FULL, NEAR_INK = 0.8, 0.4
"""Shares of it from which on a pixel is ink alone, and as far as which its colour may lie from such ink's: a
shadow is dark, and seldom of the ink's colour."""
APART = 40.0
"""Grey levels between two colours that can't be one ground in an uneven light."""
FLAT = 8.0
"""Grey levels by which one colour may vary."""
MOST = 0.6
"""Share of the rim or the corners that has to be of one ground for it to be the ground."""
SPECK = 0.01
"""Share of what is drawn below which a part of it is dust."""

_Floats = NDArray[np.float32]


def generic_shape(pixels: Pixels) -> str | None:
    """The name of the shape that a mark in RGB (h, w, 3) is hardly more than; None where it is more."""
    seen = _square(pixels)
    height, width = pixels.shape[:2]
    steep = _steepness(seen)
    names = (shape.name for shape in _likest(list(_drawn(seen))) if _nothing_else(shape.filled, steep))
    name = "square" if _is_flat(seen) else next(names, None)
    is_long = max(height, width) > A_LONG_SIDE * min(height, width)
    return LONG.get(name, name) if name is not None and is_long else name


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """A generic shape where a mark has one: `filled` (h, w) is what it fills of the picture."""

    name: str
    filled: Mask


def _square(pixels: Pixels) -> _Floats:
    """The mark stretched to a square, as its vector is made of it, too."""
    way = cv2.INTER_AREA if max(pixels.shape[:2]) > SIDE else cv2.INTER_CUBIC
    square = cv2.medianBlur(np.asarray(cv2.resize(pixels, (SIDE, SIDE), interpolation=way), np.uint8), 5)
    return np.asarray(cv2.GaussianBlur(square.astype(np.float32), (0, 0), 1.0))


def _steepness(seen: _Floats) -> _Floats:
    """Grey levels a pixel, in the colour that changes most."""
    by_x, by_y = (cv2.Sobel(seen, cv2.CV_32F, *ways, ksize=3) / 8 for ways in ((1, 0), (0, 1)))
    return np.asarray(np.hypot(by_x, by_y).max(axis=2))


def _is_flat(seen: _Floats) -> bool:
    """Whether it is of one colour but for its rim: a square cut out so closely that no ground is left."""
    low, high = np.percentile(seen[ABOUT:-ABOUT, ABOUT:-ABOUT], (1, 99), axis=(0, 1))
    return bool((high - low).max() < FLAT)


def _drawn(seen: _Floats) -> Iterator[Mask]:
    """What may be said to stand out from the ground."""
    for ground in _grounds(seen):
        off = np.linalg.norm(seen - ground, axis=2)
        contrast = float(np.percentile(off, 98))
        otsu, _ = cv2.threshold(
            np.clip(off * (255 / max(contrast, 1)), 0, 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU
        )
        ink = np.median(seen[off >= contrast * FULL], axis=0)
        inked = np.linalg.norm(seen - ink, axis=2) <= NEAR_INK * contrast
        for mask in (*(off >= level * contrast for level in (otsu / 255, *LEVELS)), inked):
            whole = _without_specks(mask)
            if whole.any() and not whole.all():
                yield whole


def _grounds(seen: _Floats) -> Iterator[_Floats]:
    """The colours behind the mark (h, w, 3), as light falls on them: by the rim of the picture; and by its
    corners, together or each alone, where the mark is cut out so closely that it touches the rim."""
    height, width = seen.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    from_sides, from_ends = np.minimum(x, width - 1 - x), np.minimum(y, height - 1 - y)
    corners = from_sides + from_ends < 0.03 * (height + width)
    for part in (np.minimum(from_sides, from_ends) < 2, corners):
        if (plane := _plane(seen, part)) is not None:
            yield plane
    halves = [(across, down) for across in (x < width / 2, x >= width / 2)
              for down in (y < height / 2, y >= height / 2)]  # fmt: skip
    each = [seen[corners & across & down].mean(axis=0) for across, down in halves]
    if np.ptp(each, axis=0).max() > APART:
        yield from (np.full_like(seen, colour) for colour in each)


def _plane(seen: _Floats, part: Mask) -> _Floats | None:
    """The colours that most of a part has, as light falls on them, carried on over the picture; None where
    most of it has none."""
    height, width = seen.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    at = np.stack([np.ones_like(x), x / width, y / height], axis=-1)
    colours, places = seen[part], at[part]
    kept = np.linalg.norm(colours - np.median(colours, axis=0), axis=1) <= 2 * APART
    if kept.mean() < MOST:
        return None
    fitted, *_ = np.linalg.lstsq(places[kept], colours[kept], rcond=None)
    off = np.linalg.norm(colours - places @ fitted, axis=1)
    return np.asarray(at @ fitted, np.float32) if (off <= APART / 2).mean() >= MOST else None


def _without_specks(mask: Mask) -> Mask:
    """Neither dust beside what is drawn nor pinholes in it."""
    for inside in (True, False):
        count, labels, stats, _ = cv2.connectedComponentsWithStats((mask == inside).astype(np.uint8))
        few = stats[:, cv2.CC_STAT_AREA] < SPECK * max(int(mask.sum()), 1)
        few[0] = False
        if count > 1 and few.any():
            mask = np.where(few[labels], not inside, mask)
    return mask


def _likest(masks: list[Mask]) -> Iterator[_Shape]:
    """The shape that each of them has, of those that have one."""
    known = stencils()
    for mask, share in zip(masks, _shared(masks), strict=True):
        best = int(np.argmax(share))
        if share[best] < ALIKE:
            continue
        name = known.names[int(np.argmax(share >= share[best] - NO_LESS))]  # the plainest comes first
        left, top, width, height = cv2.boundingRect(mask.astype(np.uint8))
        filled = cv2.resize(known.filled[best].reshape(STENCIL, STENCIL), (width, height)) >= 0.5
        there = np.zeros(mask.shape, bool)
        there[top : top + height, left : left + width] = filled
        yield _Shape(name, there)


def _shared(masks: list[Mask]) -> _Floats:
    """What each mask and each stencil share (masks, stencils), of the one that shares less."""
    if not masks:
        return np.zeros((0, 1), np.float32)
    known = stencils()
    filled = np.stack([filling(mask) for mask in masks])
    wider = np.stack([grown(one) for one in filled])
    covers = filled @ known.wider.T / filled.sum(axis=1, keepdims=True)
    covered = wider @ known.filled.T / known.filled.sum(axis=1)
    return np.asarray(np.minimum(covers, covered))


def _nothing_else(shape: Mask, steep: _Floats) -> bool:
    """Whether no other edges are drawn than the outline of the shape."""
    inside = shape.astype(np.uint8)
    framed = np.pad(inside, 2)
    outline = cv2.morphologyEx(framed, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))[2:-2, 2:-2] > 0
    near = cv2.dilate(outline.astype(np.uint8), np.ones((2 * ABOUT + 1,) * 2, np.uint8)) > 0
    near[:ABOUT], near[-ABOUT:], near[:, :ABOUT], near[:, -ABOUT:] = True, True, True, True
    own = float(np.percentile(steep[outline], 75))
    strays = (steep >= max(AN_EDGE * own, FAINTEST)) & ~near
    return bool(strays.sum() <= STRAYS * outline.sum() / 2)
