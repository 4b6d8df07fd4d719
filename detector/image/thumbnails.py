"""Pictures in small: the colours of a whole picture, and one picture's laid over another's."""

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.appearance import Appearance
from detector.image.decoding import Pixels

SIDE = 128
"""Pixels of the longer side: 96 tell products apart nearly as well, more tell them no better."""


def thumbnail(pixels: Pixels) -> Pixels:
    """An RGB picture (h, w, 3) scaled to 128 pixels on its longer side."""
    height, width = pixels.shape[:2]
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(pixels, size, interpolation=way).astype(np.uint8)


def between(
    reference: Appearance, picture: Appearance, transform: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Maps pixels of the reference's thumbnail onto those of the picture's, where `transform` (3, 3) maps the
    reference onto the picture.
    """
    (high, wide), (tall, broad) = reference.thumbnail.shape[:2], picture.thumbnail.shape[:2]
    matrix: NDArray[np.float64] = (
        _scaling(broad / picture.width, tall / picture.height)
        @ transform
        @ _scaling(reference.width / wide, reference.height / high)
    )
    return matrix


def _scaling(across: float, down: float) -> NDArray[np.float64]:
    """Maps pixels whose centres lie at half a pixel."""
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]])
