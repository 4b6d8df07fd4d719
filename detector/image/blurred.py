"""Patches that somebody blurred: told from a lens's blur by what is around them.

Such a patch has colours that vary and nothing fine in them, begins at once and on all its sides, and its
brightness goes on across them. What a lens leaves out of focus ends at the edge of what is in focus, where
brightness changes, or little by little. Nothing is as large as a pixel here: all is measured in cells, and
windows of cells by sums over them.
"""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.appearance import Obscured
from detector.image.blur_measures import CELL, FLOOR, Floats, Grid, Window, measured
from detector.image.decoding import Pixels
from detector.image.geometry import corners_of

Counts = NDArray[np.intp]

SIDE = 640  # pixels: larger pictures are looked at in a smaller copy
SHORTER = (5, 7, 10, 14, 20, 28)  # cells of a window's shorter side
ASPECTS = ((1.0, 1.0), (2.2, 1.0), (1.0, 2.2))  # its sides, of the shorter
LARGEST = 0.35  # of the picture
VARIED = 5.0  # deviation of a window's colours, at least
SHARP = 1.0  # so many times as much that is fine lies on a side as in the window
DULL = 0.35  # of that deviation, at most, may be fine
STRIDE = 3  # in a window's shorter side
LIKELY = 400  # of each size of windows, at most, are compared with what is around
BESIDE, LARGE = 0.7, 0.25  # how much what is around them, and their size, count in their order
ORDERED = 2000  # of all sizes
LOOKED_AT = 10  # windows at most
APART = 0.3  # of the smaller, at most, two windows have in common

# Trees, fitted by training/fit_blurred.py on half of the photos of public sets, as they are and with blurs.
TREES = Path(__file__).parent / "weights/blurred.npy"
DEPTH = 4
BENT, BENT_SHARE = 0.2, 7  # of the deviation lies off a plane, at least: light's lies on it; which measure
CERTAIN = 1.7  # odds (log) from which one untouched photo in a hundred has such a window


def blurred(pixels: Pixels) -> tuple[Obscured, ...]:
    """The patches of an RGB picture (h, w, 3) that were blurred, the surest first."""
    windows, measures, scale = candidates(pixels)
    if not len(windows):
        return ()
    odds = _odds(measures)
    likely = np.flatnonzero((odds >= CERTAIN) & (measures[:, BENT_SHARE] >= BENT))
    found: list[int] = []
    for n in sorted(likely.tolist(), key=lambda n: -odds[n]):
        low = np.maximum(windows[n, :2], windows[found, :2])
        high = np.minimum(windows[n, 2:], windows[found, 2:])
        if not (low < high).all(axis=1).any():
            found.append(n)
    return tuple(
        Obscured(corners_of(windows[n] / scale), "blurred", float(1 / (1 + np.exp(-odds[n])))) for n in found
    )


def _odds(measures: Floats) -> Floats:
    """The log odds (n,) that windows were blurred: what the leaves add that their measures lead to."""
    asked, most, leaves = _trees()
    node, trees = np.zeros((len(measures), len(asked)), np.intp), np.arange(len(asked))
    values, rows = measures.astype(np.float32), np.arange(len(measures))[:, None]
    for _ in range(DEPTH):
        node = 2 * node + 1 + (values[rows, asked[trees, node]] > most[trees, node])
    return np.asarray(leaves[trees, node - asked.shape[1]].sum(axis=1), dtype=np.float64)


@cache
def _trees() -> tuple[Counts, NDArray[np.float32], NDArray[np.float32]]:
    """Of each tree the measures that its nodes ask for, the most that leads left, and what its leaves add."""
    rows = np.load(TREES)
    inner = (1 << DEPTH) - 1
    return rows[:, :inner].astype(np.intp), rows[:, inner : 2 * inner], rows[:, 2 * inner :]


def candidates(pixels: Pixels) -> tuple[Floats, Floats, float]:
    """Windows (n, 4) that may be blurred, left, top, right and bottom, in pixels of a copy of that scale; and
    what is measured of each (n, measures).
    """
    scale = min(1.0, SIDE / max(pixels.shape[:2]))
    height, width = (int(side * scale) // CELL for side in pixels.shape[:2])
    if min(height, width) < 2 * SHORTER[0]:
        return np.zeros((0, 4)), np.zeros((0, 0)), scale
    size = width * CELL, height * CELL
    copy = pixels if size == pixels.shape[1::-1] else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    grid = Grid.of(np.asarray(copy, dtype=np.uint8))
    found = [_moved(grid, window) for window in _proposed(grid)]
    apart = list(dict.fromkeys(found))
    if not apart:
        return np.zeros((0, 4)), np.zeros((0, 0)), scale
    measures = [measured(grid, window) for window in apart]
    return np.array(apart, np.float64) * CELL, np.array(measures), scale


def _proposed(grid: Grid) -> list[Window]:
    """Windows whose colours vary most with nothing fine in them, while there is on most sides: the best that
    hardly overlap."""
    scored = [_scored(grid, shorter, *aspect) for shorter in SHORTER for aspect in ASPECTS]
    score = np.concatenate([scores for scores, _ in scored])
    order = np.argsort(-score)[:ORDERED]
    place = np.concatenate([places for _, places in scored])[order]
    area = (place[:, 2:] - place[:, :2]).prod(axis=1)
    found: list[Window] = []
    free = np.ones(len(place), bool)
    while free.any() and len(found) < LOOKED_AT:
        best = int(free.argmax())
        left, top, right, bottom = (int(side) for side in place[best])
        found.append((left, top, right, bottom))
        low, high = np.maximum(place[:, :2], (left, top)), np.minimum(place[:, 2:], (right, bottom))
        common = np.maximum(high - low, 0).prod(axis=1)
        free &= common <= APART * np.minimum(area, area[best])
    return found


def _scored(grid: Grid, shorter: int, across: float, down: float) -> tuple[Floats, Counts]:
    """How likely windows of a size are (n,), and where they lie (n, 4)."""
    height, width = grid.fine.shape
    wide, high = round(shorter * across), round(shorter * down)
    if wide >= width - 2 or high >= height - 2 or wide * high > LARGEST * width * height:
        return np.zeros(0), np.zeros((0, 4), np.intp)
    stride = max(1, shorter // STRIDE)
    tops, lefts = np.arange(0, height - high + 1, stride), np.arange(0, width - wide + 1, stride)
    total = _boxes(grid.sums[:5], tops, lefts, high, wide) / (wide * high)
    all_varied = np.sqrt(np.maximum(total[1] - (total[2:] ** 2).sum(axis=0), 0) / 3)
    likely = np.flatnonzero((all_varied > VARIED) & (total[0] < all_varied * DULL))
    if len(likely) > LIKELY:
        sharpness = total[0].flat[likely] + FLOOR
        likely = likely[np.argpartition(sharpness / all_varied.flat[likely], LIKELY)[:LIKELY]]
    top, left = tops[likely // len(lefts)], lefts[likely % len(lefts)]
    varied, within = all_varied.flat[likely], total[0].flat[likely] + FLOOR
    places = np.column_stack([left, top, left + wide, top + high])
    beside = _second(_beside(grid.sums[0], places, max(2, shorter // 2)))
    kept = beside > SHARP * within
    score = np.log(varied * (beside + FLOOR) ** BESIDE / within ** (1 + BESIDE) * shorter**LARGE)
    return score[kept], places[kept]


def _boxes(sums: Floats, tops: Counts, lefts: Counts, high: int, wide: int) -> Floats:
    """Sums (planes, rows, columns) over windows at evenly spaced places."""
    rows, columns = slice(tops[0], tops[-1] + 1, _step(tops)), slice(lefts[0], lefts[-1] + 1, _step(lefts))
    low = slice(tops[0] + high, tops[-1] + high + 1, _step(tops))
    far = slice(lefts[0] + wide, lefts[-1] + wide + 1, _step(lefts))
    return np.asarray(sums[:, low, far] - sums[:, rows, far] - sums[:, low, columns] + sums[:, rows, columns])


def _step(places: Counts) -> int:
    return int(places[1] - places[0]) if len(places) > 1 else 1


def _beside(plane: Floats, places: Counts, margin: int) -> tuple[Floats, ...]:
    """Means over the strips beside windows (n, 4), on each of the four sides; 0 where the picture ends."""
    height, width = plane.shape[0] - 1, plane.shape[1] - 1
    left, top, right, bottom = places.T

    def mean(x1: Counts, y1: Counts, x2: Counts, y2: Counts) -> Floats:
        total = plane[y2, x2] - plane[y1, x2] - plane[y2, x1] + plane[y1, x1]
        return np.asarray(total / np.maximum((x2 - x1) * (y2 - y1), 1))

    return (
        mean(np.maximum(left - margin, 0), top, left, bottom),
        mean(right, top, np.minimum(right + margin, width), bottom),
        mean(left, np.maximum(top - margin, 0), right, top),
        mean(left, bottom, right, np.minimum(bottom + margin, height)),
    )


def _second(four: tuple[Floats, ...]) -> Floats:
    """Of four, the least but one: three are at least as large."""
    a, b, c, d = four
    low, high = np.minimum(a, b), np.maximum(a, b)
    other, most = np.minimum(c, d), np.maximum(c, d)
    return np.asarray(np.minimum(np.maximum(low, other), np.minimum(high, most)))


def _moved(grid: Grid, window: Window) -> Window:
    """The window with each side where, along it, what is fine begins most suddenly."""
    height, width = grid.fine.shape
    log = grid.sums[-1]
    left, top, right, bottom = window
    for _ in range(2):
        wide, high = right - left, bottom - top
        inset_y, inset_x = high // 4, wide // 4
        rows = (log[bottom - inset_y] - log[top + inset_y]) / (high - 2 * inset_y)  # cumulated along x
        middle = (left + right) // 2
        right = _sudden(rows, middle, min(width, right + wide))
        left = width - _sudden(rows[-1] - rows[::-1], width - middle, min(width, width - left + wide))
        if right - left - 2 * inset_x < 1:
            return window
        columns = (log[:, right - inset_x] - log[:, left + inset_x]) / (right - left - 2 * inset_x)
        middle = (top + bottom) // 2
        bottom = _sudden(columns, middle, min(height, bottom + high))
        top = height - _sudden(columns[-1] - columns[::-1], height - middle, min(height, height - top + high))
    if right - left < 4 or bottom - top < 4:
        return window
    return left, top, right, bottom


def _sudden(cumulated: Floats, middle: int, end: int) -> int:
    """Where, from the middle on, what is before and a few cells after differ most; sums from the edge on."""
    at = np.arange(middle + 2, end)
    if not len(at):
        return max(middle + 1, end)
    few = np.minimum(at + max(2, (end - middle) // 6), len(cumulated) - 1)
    before = (cumulated[at] - cumulated[middle]) / (at - middle)
    after = (cumulated[few] - cumulated[at]) / np.maximum(few - at, 1)
    gain = (after - before) * np.sqrt(at - middle)
    return int(at[gain.argmax()])
