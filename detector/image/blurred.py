"""Patches that somebody blurred: told from a lens's blur by what is around them.

Such a patch has colours that vary and nothing fine in them, begins at once and on all its sides, and its
brightness goes on across them. What a lens leaves out of focus ends at the edge of what is in focus, where
brightness changes, or little by little. Nothing is as large as a pixel here: all is measured in cells, and
windows of cells by sums over them.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.appearance import Obscured
from detector.image.decoding import Pixels
from detector.image.geometry import corners_of

Floats = NDArray[np.float64]
Counts = NDArray[np.intp]

SIDE = 640  # pixels: larger pictures are looked at in a smaller copy
CELL = 4  # pixels a side
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
FLOOR = 0.07  # grey levels: what is finer than that is of the file
GREY = np.array([0.299, 0.587, 0.114])
APART = 0.3  # of the smaller, at most, two windows have in common

# Trees, fitted by training/fit_blurred.py on half of the photos of public sets, as they are and with blurs.
TREES = Path(__file__).parent / "weights/blurred.npy"
DEPTH = 4
BENT, BENT_SHARE = 0.2, 7  # of the deviation lies off a plane, at least: light's lies on it; which measure
CERTAIN = (
    1.7  # odds (log) from which one untouched photo in a hundred has such a window, as for pixelated ones
)


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
    grid = _Grid.of(np.asarray(copy, dtype=np.uint8))
    found = [_moved(grid, window) for window in _proposed(grid)]
    apart = list(dict.fromkeys(found))
    if not apart:
        return np.zeros((0, 4)), np.zeros((0, 0)), scale
    measures = [_measured(grid, window) for window in apart]
    return np.array(apart, np.float64) * CELL, np.array(measures), scale


Window = tuple[int, int, int, int]
"""Left, top, right and bottom in cells."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """A picture in cells.

    `fine`, `middle` and `coarse` (h, w): by how many grey levels neighbours differ, at 1, 2 and 4 pixels.
    `colours` (h, w, 3). `sums` (6, h + 1, w + 1) are integral: of what is fine, of the colours' squares, of
    the three colours, of the logarithm of what is fine. `lowest`, `median` and `highest` are percentiles of
    what is fine; `smooth` is the share of cells with slopes and nothing fine.
    """

    fine: Floats
    middle: Floats
    coarse: Floats
    colours: Floats
    sums: Floats
    lowest: float
    median: float
    highest: float
    smooth: float

    @classmethod
    def of(cls, pixels: Pixels) -> "_Grid":
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        height, width = grey.shape[0] // CELL, grey.shape[1] // CELL
        size = width, height
        half = cv2.resize(grey, (width * 2, height * 2), interpolation=cv2.INTER_AREA)
        quarter = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        fine, middle = _finer(grey, size), _finer(half, size)
        coarse = _finer(quarter, size)
        colours = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float64)
        summed = fine, (colours**2).sum(axis=2), *np.moveaxis(colours, 2, 0), np.log(fine + FLOOR)
        sums = np.array([cv2.integral(np.ascontiguousarray(plane)) for plane in summed])
        lowest, median, highest = np.percentile(fine, (10, 50, 90))
        soft = (fine < 1.0) & (coarse > 1.5)
        return cls(fine, middle, coarse, colours, sums, lowest, median, highest, float(soft.mean()))


def _finer(plane: Any, size: tuple[int, int]) -> Floats:
    """Grey levels by which pixels differ from their neighbours, the mean of each cell."""
    # In quarters of a level, as bytes: some times faster than floats, and what is very sharp counts as sharp.
    off = cv2.convertScaleAbs(cv2.Laplacian(plane, cv2.CV_16S, ksize=1), alpha=4)
    return np.asarray(cv2.resize(off, size, interpolation=cv2.INTER_AREA), np.float64) / 16


def _proposed(grid: _Grid) -> list[Window]:
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


def _scored(grid: _Grid, shorter: int, across: float, down: float) -> tuple[Floats, Counts]:
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


def _moved(grid: _Grid, window: Window) -> Window:
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
        columns = (log[:, right - inset_x] - log[:, left + inset_x]) / max(1, right - left - 2 * inset_x)
        if right - left - 2 * inset_x < 1:
            return window
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


def _measured(grid: _Grid, window: Window) -> list[float]:
    height, width = grid.fine.shape
    left, top, right, bottom = window
    wide, high = right - left, bottom - top
    shorter, longer = min(wide, high), max(wide, high)
    inset = 1 if shorter > 5 else 0
    inner = np.s_[top + inset : bottom - inset, left + inset : right - inset]
    fine = np.sort(grid.fine[inner], axis=None)
    mean, low, mid, most = fine.mean(), *(fine[int(len(fine) * share)] for share in (0.2, 0.5, 0.9))
    fine_mean, middle, coarse = _log(mean), _log(grid.middle[inner].mean()), _log(grid.coarse[inner].mean())
    colours = grid.colours[inner]
    varied = float(np.sqrt(colours.reshape(-1, 3).var(axis=0).mean()))
    z = colours @ GREY
    y, x = np.arange(z.shape[0]) - (z.shape[0] - 1) / 2, np.arange(z.shape[1]) - (z.shape[1] - 1) / 2
    off = z - z.mean()
    down = (off.sum(axis=1) @ y) / max((y @ y) * len(x), 1e-6)
    across = (off.sum(axis=0) @ x) / max((x @ x) * len(y), 1e-6)
    bent = float((off - down * y[:, None] - across * x).std())
    range_ = float(z.max() - z.min())
    steepest = float(max(np.abs(z[1:] - z[:-1]).max(initial=0), np.abs(z[:, 1:] - z[:, :-1]).max(initial=0)))
    core = _core(grid, window)
    # Each side as the left one.
    turned = (
        (grid.fine, grid.colours, (left, top, bottom)),
        (grid.fine[:, ::-1], grid.colours[:, ::-1], (width - right, top, bottom)),
        (grid.fine.T, grid.colours.transpose(1, 0, 2), (top, left, right)),
        (grid.fine[::-1].T, grid.colours[::-1].transpose(1, 0, 2), (height - bottom, left, right)),
    )
    margin, within = max(2, shorter // 3), (fine_mean, _log(low))
    sides = [_side(*side, margin=margin, varied=varied, within=within) for side in turned]
    ordered = np.sort(np.array(sides), axis=0).T
    lowest, median, highest = _log(grid.lowest), _log(grid.median), _log(grid.highest)
    return [
        fine_mean,
        middle,
        coarse,
        middle - fine_mean,
        coarse - middle,
        np.log(varied + 1),
        np.log(bent + 1),
        bent / (varied + 1),
        range_,
        np.log(varied + 1) - fine_mean,
        np.log(bent + 1) - fine_mean,
        np.log(bent + 1) - _log(most),
        np.log(steepest + 1) - _log(most),
        np.log((steepest + 1) / (range_ + 1)),
        np.log(steepest + 1),
        low,
        _log(most) - _log(mid),
        *ordered.ravel(),
        *core,
        core[0] - fine_mean,
        _log(fine[-1]),
        lowest,
        median,
        highest,
        grid.smooth,
        _log(low) - lowest,
        _log(mid) - median,
        _log(mid) - highest,
        np.log(wide * high / (width * height)),
        np.log(shorter),
        longer / shorter,
    ]


def _core(grid: _Grid, window: Window) -> list[float]:
    """Of the middle of a window, where soft borders and round shapes leave nothing sharp: the finest, how
    its colours vary, how wide its slopes are; and how much less than around it smoothing changes it."""
    height, width = grid.fine.shape
    left, top, right, bottom = window
    inset_y, inset_x = (bottom - top) // 5, (right - left) // 5
    middle = np.s_[top + inset_y : bottom - inset_y, left + inset_x : right - inset_x]
    fine, z = grid.fine[middle], grid.colours[middle] @ GREY
    slopes = np.concatenate([np.abs(z[1:] - z[:-1]).ravel(), np.abs(z[:, 1:] - z[:, :-1]).ravel(), [0.0]])
    bends = np.concatenate(
        [
            np.abs(z[2:] - 2 * z[1:-1] + z[:-2]).ravel(),
            np.abs(z[:, 2:] - 2 * z[:, 1:-1] + z[:, :-2]).ravel(),
            [0.0],
        ]
    )
    steepest, sharpest, mean_slope, mean_bend = slopes.max(), bends.max(), slopes.mean(), bends.mean()
    most = _log(fine.max())
    shorter = min(right - left, bottom - top)
    reach = max(2, shorter // 3)
    y1, y2 = max(0, top - reach), min(height, bottom + reach)
    x1, x2 = max(0, left - reach), min(width, right + reach)
    around = np.ascontiguousarray(grid.colours[y1:y2, x1:x2].astype(np.float32) @ GREY.astype(np.float32))
    off = np.abs(around - cv2.GaussianBlur(around, (0, 0), max(1.0, shorter * 0.12)))
    inside = off[top - y1 : bottom - y1, left - x1 : right - x1]
    total, part = float(off.sum()), float(inside.sum())
    beside = (total - part) / max(off.size - inside.size, 1)
    changed = off[
        top + inset_y - y1 : bottom - inset_y - y1, left + inset_x - x1 : right - inset_x - x1
    ].mean()
    return [
        most,
        np.log(z.std() + 1),
        np.log(steepest + 1),
        np.log(steepest + 1) - most,
        np.log((steepest + 1) / (sharpest + 1)),
        np.log((mean_slope + 0.2) / (mean_bend + 0.2)),
        np.log(mean_slope + 0.2),
        np.log(mean_bend + 0.2),
        np.log(fine.mean() + FLOOR),
        np.log((mean_slope + 0.2) / (fine.mean() + FLOOR)),
        np.log((mean_bend + 0.2) / (fine.mean() + FLOOR)),
        np.log(changed + 0.3),
        np.log(beside + 0.3),
        np.log((beside + 0.3) / (changed + 0.3)),
        np.log((part / inside.size + 0.3) / (changed + 0.3)),
    ]


def _side(
    fine: Floats,
    colours: Floats,
    line: tuple[int, int, int],
    *,
    margin: int,
    varied: float,
    within: tuple[float, float],
) -> tuple[float, ...]:
    """Of what lies left of an edge: how much sharper it is, its calmest parts too, and at once; how far the
    colours before and behind the edge are apart, how alike they go, and how much they vary along it; how much
    sharper the duller half is, and how far they are apart for how they vary from cell to cell."""
    edge, first, last = line
    if edge < 1:
        return 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0
    outside = fine[first:last, max(0, edge - margin) : edge]
    calm = np.sort(outside, axis=None)[outside.size // 5]
    near = outside[:, -2:].mean(), fine[first:last, edge : edge + 2].mean()
    before = colours[first:last, max(0, edge - 2) : edge].mean(axis=1)
    behind = colours[first:last, edge : edge + 2].mean(axis=1)
    smooth = before.copy()
    smooth[1:-1] = (before[:-2] + 2 * before[1:-1] + before[2:]) / 4
    apart = np.abs(smooth - behind).mean()
    half = outside.shape[0] // 2
    weaker = min(outside[:half].mean(), outside[half:].mean())
    texture = np.abs(before[1:] - before[:-1]).mean() + np.abs(behind[1:] - behind[:-1]).mean()
    a, b = smooth - smooth.mean(axis=0), behind - behind.mean(axis=0)
    squares = (a * a).sum(), (b * b).sum()
    return (
        _log(outside.mean()) - within[0],
        _log(calm) - within[1],
        _log(near[0]) - _log(near[1]),
        apart / (varied + 2.0),
        (a * b).sum() / (np.sqrt(squares[0] * squares[1]) + 20.0),
        np.sqrt((squares[0] + squares[1]) / len(a) / 3) / (varied + 2.0),
        _log(weaker) - within[0],
        apart / (texture + 2.0),
    )


def _log(level: float) -> float:
    return float(np.log(level + FLOOR))
