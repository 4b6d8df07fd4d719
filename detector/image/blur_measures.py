"""What is measured of windows of a picture that may be blurred, in cells of some pixels."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.image.decoding import Pixels

Floats = NDArray[np.float64]

CELL = 4  # pixels a side
FLOOR = 0.07  # grey levels: what is finer than that is of the file
GREY = np.array([0.299, 0.587, 0.114])

Window = tuple[int, int, int, int]
"""Left, top, right and bottom in cells."""


@dataclass(frozen=True, slots=True)
class Grid:
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
    def of(cls, pixels: Pixels) -> "Grid":
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


def measured(grid: Grid, window: Window) -> list[float]:
    """76 measures of a window: of what is in it, in its middle, at each of its sides, and of the picture."""
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


def _core(grid: Grid, window: Window) -> list[float]:
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
