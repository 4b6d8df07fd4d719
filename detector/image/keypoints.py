"""Local features of a picture: where it has points that are found again in another picture of the same thing.

SIFT (Lowe, 2004) as RootSIFT (Arandjelović and Zisserman, 2012). Contrast is asked for hardly at all,
because faint and blurred marks are looked for; instead the number of points is limited, and no part of the
picture may take them all.
"""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.appearance import LocalFeatures
from detector.image.decoding import Pixels

VERSION = "rootsift-3"

SIDE = 448  # pixels: SIFT doubles the picture, and its time grows with the square; 512 finds no more
SMALLEST_SIDE = 8  # pixels: nothing below has a neighbourhood to describe
CONTRAST = 0.01  # a fourth of Lowe's: a mark at ten grey levels from its ground still gives points
CELLS = 8  # a side
SHARE_OF_CELL = 1 / 40  # of all points may lie in one of the 64 cells, while others have any: dark parts too
ONE = 512  # the length of a descriptor: the coarsest scale that uint8 holds without cutting many bins


def local_features(pixels: Pixels, most: int = 800, side: int = SIDE) -> LocalFeatures:
    """At most `most` features of an RGB picture (h, w, 3), which is scaled first, to `side` on its longer
    side.

    Its time is bounded by `side` and `most` whatever the picture shows. Flat pictures have none.
    """
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if min(size) < SMALLEST_SIDE:
        return NOTHING
    grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    found = _sift().detect(grey, None)
    if not found:
        return NOTHING
    chosen = _spread(found, size, most)
    chosen, described = _sift().compute(grey, chosen)
    places = np.array([(*point.pt, point.size, point.angle) for point in chosen], np.float32)
    # A pixel's centre lies at half a pixel, before scaling and after it.
    places[:, 0] = (places[:, 0] + 0.5) * (width / size[0]) - 0.5
    places[:, 1] = (places[:, 1] + 0.5) * (height / size[1]) - 0.5
    places[:, 2] /= scale
    return LocalFeatures(places, _root(described))


def mirrored(features: LocalFeatures, width: int) -> LocalFeatures:
    """What the features of the picture would be if left and right were exchanged."""
    places = features.places.copy()
    places[:, 0] = width - 1 - places[:, 0]
    places[:, 3] = (180 - places[:, 3]) % 360
    return LocalFeatures(places, features.descriptors[:, _ACROSS])


def inverted(features: LocalFeatures) -> LocalFeatures:
    """What the features of the picture would be if dark and light were exchanged.

    All gradients point the other way, so each patch is described as if turned by half a turn.
    """
    places = features.places.copy()
    places[:, 3] = (places[:, 3] + 180) % 360
    return LocalFeatures(places, features.descriptors[:, _OPPOSITE])


@lru_cache(maxsize=1)
def _sift() -> Any:
    return cv2.SIFT_create(contrastThreshold=CONTRAST, enable_precise_upscale=True)  # type: ignore[attr-defined]


def _spread(points: Any, size: tuple[int, int], most: int) -> list[Any]:
    """The strongest points, none of the cells of a grid with more than its share unless the others have too
    few."""
    strength = np.array([point.response for point in points])
    at = np.array([point.pt for point in points]) / size
    column, row = np.clip((at * CELLS).astype(int), 0, CELLS - 1).T
    order = np.argsort(-strength, kind="stable")
    if len(order) > most:
        cell = (row * CELLS + column)[order]
        by_cell = np.argsort(cell, kind="stable")
        first = np.searchsorted(cell[by_cell], cell[by_cell])
        rank = np.empty(len(order), int)
        rank[by_cell] = np.arange(len(order)) - first
        within = rank < max(1, round(most * SHARE_OF_CELL))
        order = np.concatenate([order[within], order[~within]])[:most]
        order = order[np.argsort(-strength[order], kind="stable")]
    return [points[index] for index in order]


def _root(described: NDArray[np.float32]) -> NDArray[np.uint8]:
    sums = np.maximum(described.sum(axis=1, keepdims=True), 1e-6)
    quantised: NDArray[np.uint8] = np.minimum(np.rint(ONE * np.sqrt(described / sums)), 255).astype(np.uint8)
    return quantised


def _permuted(rows: slice, columns: slice, turned: bool) -> NDArray[np.intp]:
    """The order of the 4 × 4 cells of 8 directions after the patch is flipped."""
    bins = np.arange(128).reshape(4, 4, 8)[rows, columns]
    if turned:
        bins = bins[:, :, -np.arange(8) % 8]
    return bins.ravel()


_FORWARD, _BACKWARD = slice(None), slice(None, None, -1)
_ACROSS = _permuted(_BACKWARD, _FORWARD, turned=True)
_OPPOSITE = _permuted(_BACKWARD, _BACKWARD, turned=False)

NOTHING = LocalFeatures(np.empty((0, 4), np.float32), np.empty((0, 128), np.uint8))
