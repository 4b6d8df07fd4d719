"""Whether what two pictures show has the same structure of brightness, one laid over the other in thumbnails:
what points leave out, and what tells a copy from a second photo and a bare place from a covered one.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.appearance import Appearance
from detector.image.decoding import Pixels
from detector.image.thumbnails import between

Floats = NDArray[np.float64]

WINDOW = 9  # pixels of a thumbnail
QUIET = 20.0  # variance below which brightness has no structure
FEWEST_PIXELS = 20


def structure(
    reference: Appearance,
    picture: Appearance,
    transform: Floats,
    *,
    across: bool = False,
    part: Sequence[float] | None = None,
) -> tuple[float, float]:
    """The mean correlation of brightness, window by window, where either has structure, -1 to 1 and 0 where
    there is none; and the share of the reference that is in view.

    `transform` (3, 3) maps pixels of the reference, of its mirror image where `across`, onto the picture's.
    With a `part` (left, top, right and bottom in pixels of the reference) the structure is of that alone.
    """
    plate, view = _grey(reference.thumbnail), _grey(picture.thumbnail)
    if across:
        plate = np.ascontiguousarray(plate[:, ::-1])
    matrix = between(reference, picture, transform)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2] - np.outer(matrix[:2, 2], matrix[2, :2])))))
    if scale < 1:  # both as blurred as the smaller of the two
        plate = _blurred(plate, 1 / scale)
    else:
        view = _blurred(view, scale)
    size, flags = (plate.shape[1], plate.shape[0]), cv2.WARP_INVERSE_MAP
    laid = np.asarray(cv2.warpPerspective(view, matrix, size, flags=flags | cv2.INTER_LINEAR))
    whole = np.full(view.shape, 255, np.uint8)
    inside = cv2.warpPerspective(whole, matrix, size, flags=flags | cv2.INTER_NEAREST)
    seen = cv2.erode(inside, np.ones((3, 3), np.uint8)) > 0
    window = WINDOW if scale >= 1 else round(WINDOW / max(scale, 0.3) / 2) * 2 + 1

    def mean(values: NDArray[Any]) -> Floats:
        return np.asarray(cv2.boxFilter(values, -1, (window, window)), dtype=np.float64)

    here, there = mean(plate), mean(laid)
    varied = np.maximum(mean(plate * plate) - here**2, 0)
    varies = np.maximum(mean(laid * laid) - there**2, 0)
    structured = seen & (np.maximum(varied, varies) > 2 * QUIET)
    if part is not None:
        structured &= _within(part, reference)
    if structured.sum() < FEWEST_PIXELS:
        return 0.0, float(seen.mean())
    alike = (mean(plate * laid) - here * there) / np.sqrt((varied + QUIET) * (varies + QUIET))
    return float(alike[structured].mean()), float(seen.mean())


def _within(part: Sequence[float], reference: Appearance) -> NDArray[np.bool_]:
    """Which pixels of the reference's thumbnail lie in a part of it."""
    high, wide = reference.thumbnail.shape[:2]
    scale = np.array([wide / reference.width, high / reference.height] * 2)
    left, top, right, bottom = np.rint(np.asarray(part) * scale).astype(int)
    within = np.zeros((high, wide), bool)
    within[max(top, 0) : bottom, max(left, 0) : right] = True
    return within


def _grey(pixels: Pixels) -> Floats:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.float64)


def _blurred(plane: Floats, times: float) -> Floats:
    """As it would be from a picture so many times smaller."""
    if times < 1.1:
        return plane
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.5 * float(np.sqrt(times**2 - 1))))
