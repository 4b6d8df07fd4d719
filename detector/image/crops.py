"""Cuts a tilted quadrilateral out of a picture and turns or mirrors it."""

import math

import cv2
import numpy as np

from detector.image.decoding import Pixels
from detector.image.engine import Corners

Point = tuple[float, float]


def rectify(pixels: Pixels, corners: Corners, height: int = 48) -> Pixels:
    """The quadrilateral as an upright crop of that height and of the width its shape asks for (at least
    16).
    """
    top, right, bottom, left = (math.dist(corners[i], corners[(i + 1) % 4]) for i in range(4))
    width = min(max(round((top + bottom) / max(left + right, 1.0) * height), 16), 3200)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    crop = cv2.warpPerspective(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, dtype=np.uint8)


def as_read(corners: Corners, turn: int, mirrored: bool) -> Corners:
    """The corners in the order in which the text reads, when the crop was turned (0 or 180) and then
    mirrored.
    """
    order = [2, 3, 0, 1] if turn == 180 else [0, 1, 2, 3]
    if mirrored:
        order = [order[1], order[0], order[3], order[2]]
    return corners[order]
