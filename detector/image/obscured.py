"""Places where somebody hid something: a patch of blocks, a cover where a reference carries its mark, a mark
that the picture's edge cuts.

A patch of blocks is told by its steps, which run straight and at even distances both ways, with nothing
between them. Texts, tiles and codes have such steps too, but few of their neighbouring squares differ.
A cover is told by absence: all around the mark the reference's points are found again, on it they aren't, nor
is what they would stand on.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from detector.appearance import Appearance, Obscured
from detector.image.decoding import Pixels
from detector.image.geometry import Alignment, Size, corners_of
from detector.image.structure import structure

Corners = tuple[tuple[float, float], ...]
Plane = NDArray[np.uint8]
Floats = NDArray[np.float64]

SIDE = 640  # pixels: larger pictures are looked at in a smaller copy
STEP = 6  # grey levels that two blocks differ by
RUN = 4  # pixels: the smallest block, and the shortest straight step
WINDOWS = (32, 48, 72, 108, 160)  # pixels a side
STEPS = 0.012  # of a window's pixels, at least, across and down
CLUTTER = 0.15  # of as many edges may lie off the steps
EVEN = 0.3  # how much more of the steps than chance must lie at even distances
LOOKED_AT = 60  # windows at most, the most even first
FEWEST_BLOCKS = 9
FILL = 0.2  # of neighbouring blocks must differ, across and down
LINES = 2  # at least must part such blocks, down and across: a corner has one
MOST = 0.5  # of the picture: more is a picture of poor quality, or of pixels
CONTRAST = 40.0  # variance of the blocks' brightness

# A logistic, fitted on half of the marks of a public set of photos, pixelated, against half of the untouched.
BIAS, FLAT, FILLED, EVENNESS, BLOCKS, BLOCK, INSIDE = -20.32, -0.893, 9.75, 3.89, 1.47, 3.79, -1.84
CERTAIN = 1.7  # odds (log) from which one untouched photo in a hundred has such a window

FEWEST_POINTS = 8  # on the mark, and found again around it
CHANCE = 0.1  # that so few points of a bare mark are found again
BARE = 0.1  # correlation of brightness with the reference, from which a mark is seen after all
CUT = 0.15  # of a mark's area


def pixelated(pixels: Pixels) -> tuple[Obscured, ...]:
    """The patches of an RGB picture that were coarsened to blocks, the surest first; none where most of
    it is.
    """
    scale = min(1.0, SIDE / max(pixels.shape[:2]))
    if scale < 1:
        size = [max(1, round(side * scale)) for side in pixels.shape[1::-1]]
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if min(pixels.shape[:2]) < WINDOWS[0]:
        return ()
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float64)
    found: list[tuple[float, NDArray[np.float64]]] = []
    for window in _windows(pixels):
        odds = _odds(grey, window)
        if odds >= CERTAIN:
            x, y, side = window.x, window.y, window.side
            found.append((odds, np.array([x, y, x + side, y + side], np.float64)))
    patches = _merged(found)
    if sum((box[2] - box[0]) * (box[3] - box[1]) for _, box in patches) > MOST * grey.size:
        return ()
    return tuple(
        Obscured(corners_of(box / scale), "pixelated", float(1 / (1 + np.exp(-odds))))
        for odds, box in patches
    )


def covered(
    reference: Appearance, picture: Appearance, alignment: Alignment, mark: tuple[float, ...]
) -> Obscured | None:
    """Whether something lies over a mark of the reference: left, top, right and bottom in its pixels.

    None as well where the mark has too few points, lies outside the picture, or too little around it was
    found again to tell.
    """
    left, top, right, bottom = mark
    x, y = reference.features.places[:, :2].T
    on_it = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    wide, high = right - left, bottom - top
    near = (x >= left - wide) & (x <= right + wide) & (y >= top - high) & (y <= bottom + high)
    u, v = _moved(alignment, np.column_stack([x, y])).T
    in_view = (u >= 0) & (u < picture.width) & (v >= 0) & (v < picture.height)
    inside, beside = on_it & in_view, near & ~on_it & in_view
    again = np.zeros(len(reference.features), bool)
    again[alignment.pairs[:, 0]] = True
    if inside.sum() < FEWEST_POINTS or again[beside].sum() < FEWEST_POINTS:
        return None
    # Perspective and light spoil a part more than its neighbours: half as many are expected.
    expected = again[beside].mean() / 2
    chance = float(bdtr(again[inside].sum(), inside.sum(), expected))
    if chance > CHANCE:
        return None
    # What points miss for want of light or sharpness is still dark and light in the same places.
    if structure(reference, picture, alignment.transform, part=mark)[0] > BARE:
        return None
    corners = np.array(corners_of(np.array(mark)))
    box = tuple((float(u), float(v)) for u, v in _moved(alignment, corners))
    return Obscured(box, "covered", 1 - chance)


def cut(alignment: Alignment, reference: Size, picture: Size) -> Obscured | None:
    """Whether the picture's edge cuts off CUT or more of a mark, whose reference is aligned with it."""
    width, height = reference
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    outline = _moved(alignment, corners).astype(np.float32)
    frame = np.array([[0, 0], [picture[0], 0], [*picture], [0, picture[1]]], np.float32)
    whole = abs(float(cv2.contourArea(outline)))
    shown, _ = cv2.intersectConvexConvex(outline, frame)
    lost = 1 - float(shown) / max(whole, 1e-6)
    return Obscured(alignment.outline, "cut", min(1.0, 0.5 + lost)) if lost >= CUT else None


def _moved(alignment: Alignment, points: NDArray[np.floating]) -> Floats:
    moved = points @ alignment.transform[:, :2].T + alignment.transform[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Window:
    """A square with steps at even distances: of blocks so wide, so high, the first beginning there."""

    x: int
    y: int
    side: int
    wide: int
    high: int
    first_column: int
    first_row: int
    even: float


def _windows(pixels: Pixels) -> list[_Window]:
    down, across, clutter = _steps(pixels)
    sums = [cv2.integral(plane) for plane in (down, across, clutter)]
    columns = np.cumsum(np.pad(down, ((1, 0), (0, 0))), axis=0, dtype=np.int32)
    rows = np.cumsum(np.pad(across, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    found: list[tuple[float, _Window]] = []
    for side in (side for side in WINDOWS if side <= min(down.shape)):
        tops = np.arange(0, down.shape[0] - side + 1, side // 4)
        lefts = np.arange(0, down.shape[1] - side + 1, side // 4)
        vertical, horizontal, other = (
            (
                s[np.ix_(tops + side, lefts + side)]
                - s[np.ix_(tops, lefts + side)]
                - s[np.ix_(tops + side, lefts)]
                + s[np.ix_(tops, lefts)]
            )
            / side**2
            for s in sums
        )
        likely = (vertical > STEPS) & (horizontal > STEPS) & (other < CLUTTER * (vertical + horizontal))
        at_row, at_column = np.nonzero(likely)
        y, x, along = tops[at_row], lefts[at_column], np.arange(side)
        wide = _even(
            columns[(y + side)[:, None], x[:, None] + along] - columns[y[:, None], x[:, None] + along]
        )
        even = wide[0] > EVEN
        y, x, wide = y[even], x[even], (wide[0][even], wide[1][even], wide[2][even])
        high = _even(rows[y[:, None] + along, (x + side)[:, None]] - rows[y[:, None] + along, x[:, None]])
        for n in np.flatnonzero((high[0] > EVEN) & (np.abs(wide[1] - high[1]) <= 1)):
            evenness = float(min(wide[0][n], high[0][n]))
            sizes = int(wide[1][n]), int(high[1][n]), int(wide[2][n]), int(high[2][n])
            weight = evenness * side / (sizes[0] * sizes[1]) ** 0.5
            found.append((weight, _Window(int(x[n]), int(y[n]), side, *sizes, evenness)))
    return [window for _, window in sorted(found, key=lambda each: -each[0])[:LOOKED_AT]]


def _steps(pixels: Pixels) -> tuple[Plane, Plane, Plane]:
    """Where straight steps run down and across, and where there are edges of another kind."""
    beside = np.pad(_largest(cv2.absdiff(pixels[:, 1:], pixels[:, :-1])), ((0, 0), (0, 1)))
    below = np.pad(_largest(cv2.absdiff(pixels[1:], pixels[:-1])), ((0, 1), (0, 0)))
    straight = (beside > STEP).astype(np.uint8), (below > STEP).astype(np.uint8)
    runs = (
        np.asarray(cv2.morphologyEx(straight[0], cv2.MORPH_OPEN, np.ones((RUN, 1), np.uint8))) > 0,
        np.asarray(cv2.morphologyEx(straight[1], cv2.MORPH_OPEN, np.ones((1, RUN), np.uint8))) > 0,
    )
    # A step that takes two pixels counts once, where it is steepest.
    down = runs[0] & (beside >= np.maximum(np.roll(beside, 1, 1), np.roll(beside, -1, 1)))
    across = runs[1] & (below >= np.maximum(np.roll(below, 1, 0), np.roll(below, -1, 0)))
    near = np.asarray(cv2.dilate((down | across).astype(np.uint8), np.ones((3, 3), np.uint8)))
    clutter = (np.maximum(beside, below) > 2 * STEP) & (near == 0)
    return down.astype(np.uint8), across.astype(np.uint8), clutter.astype(np.uint8)


def _largest(levels: Any) -> Plane:
    """Of the channels (h, w, 3), the largest: a loop over pixels is many times slower."""
    red, green, blue = cv2.split(levels)
    return np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.uint8)


def _even(profiles: NDArray[np.int32]) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    """For profiles of steps (n, side): how even they are beyond chance, at which distance, and, of those that
    are even enough, from where.
    """
    count, side = profiles.shape
    combs, firsts = _combs(side)
    teeth = profiles.astype(np.float32) @ combs
    sums = np.cumsum(profiles, axis=1)
    apart = np.arange(RUN, side // 3 + 1)
    steps = sums[:, side // apart * apart - 1]
    shares = np.maximum.reduceat(teeth, firsts, axis=1) / np.maximum(steps, 1e-6)
    best, which = np.zeros(count), np.zeros(count, np.intp)
    for number, even in enumerate(((shares - 2 / apart) / (1 - 2 / apart)).T):
        better = even > best - 0.02  # of distances that divide each other the largest
        best = np.where(better, np.maximum(even, best), best)
        which[better] = number
    start, enough = np.zeros(count, np.intp), best > EVEN
    for number, first in enumerate(firsts):
        some = np.flatnonzero(enough & (which == number))
        start[some] = teeth[some, first : first + apart[number]].argmax(axis=1)
    return best, apart[which], start


@lru_cache(maxsize=len(WINDOWS))
def _combs(side: int) -> tuple[NDArray[np.float32], list[int]]:
    """Combs with teeth two pixels wide, at every distance and from every start, as columns that a profile is
    multiplied with, and the first column of each distance."""
    combs: list[NDArray[np.bool_]] = []
    firsts: list[int] = []
    along = np.arange(side)
    for apart in range(RUN, side // 3 + 1):
        firsts.append(sum(comb.shape[1] for comb in combs))
        after = (along[:, None] - np.arange(apart)) % apart
        combs.append((after < 2) & (along[:, None] < side // apart * apart))
    return np.concatenate(combs, axis=1).astype(np.float32), firsts


def _odds(grey: Floats, window: _Window) -> float:
    """The log odds that the window is made of blocks: each flat inside, most unlike their neighbours."""
    part = grey[window.y : window.y + window.side, window.x : window.x + window.side]
    along = np.arange(window.side)
    column, x = np.divmod(along - window.first_column - 2, window.wide)
    row, y = np.divmod(along - window.first_row - 2, window.high)
    inner_x, inner_y = x <= window.wide - 3, y <= window.high - 3  # without the pixels that steps blur
    column, row = column[inner_x] - column.min(), row[inner_y] - row.min()
    shape = int(row.max()) + 1, int(column.max()) + 1
    label = (row[:, None] * shape[1] + column).ravel()
    values = part[np.ix_(inner_y, inner_x)].ravel()
    size = np.bincount(label, minlength=shape[0] * shape[1])
    counted = size >= 2
    if counted.sum() < FEWEST_BLOCKS:
        return -np.inf
    mean = np.full(len(size), np.nan)
    mean[counted] = np.bincount(label, values, len(size))[counted] / size[counted]
    contrast = float(mean[counted].var())
    if contrast < CONTRAST:
        return -np.inf
    blocks = mean.reshape(shape)
    down, across = np.diff(blocks, axis=0), np.diff(blocks, axis=1).T
    fill = min(_differing(down), _differing(across))
    if fill < FILL or min(_lines(down), _lines(across)) < LINES:
        return -np.inf
    squares = np.bincount(label, values * values, len(size))[counted] / size[counted]
    inside = float(np.maximum(squares - mean[counted] ** 2, 0).mean())
    return float(
        BIAS
        + FLAT * np.log(inside / contrast + 1e-4)
        + FILLED * min(fill, 0.7)
        + EVENNESS * window.even
        + BLOCKS * np.log(counted.sum())
        + BLOCK * np.log(window.wide)
        + INSIDE * np.log(inside + 1)
    )


def _differing(steps: Floats) -> float:
    known = steps[~np.isnan(steps)]
    return float((np.abs(known) > STEP).mean()) if known.size else 0.0


def _lines(steps: Floats) -> int:
    """Of the lines between blocks (lines, blocks) those along which any differ."""
    return int((np.abs(np.nan_to_num(steps)) > STEP).any(axis=1).sum())


def _merged(found: list[tuple[float, Floats]]) -> list[tuple[float, Floats]]:
    """Windows that overlap as one patch around them."""
    patches: list[tuple[float, Floats]] = []
    for window in found:
        (odds, box), apart = window, []
        for best, other in patches:
            if (np.maximum(box[:2], other[:2]) < np.minimum(box[2:], other[2:])).all():
                box = np.concatenate([np.minimum(box[:2], other[:2]), np.maximum(box[2:], other[2:])])
                odds = max(odds, best)
            else:
                apart.append((best, other))
        patches = [*apart, (odds, box)]
    return sorted(patches, key=lambda patch: -patch[0])
