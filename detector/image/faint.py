"""Brings out what is faint: letters a few grey levels away from their ground, plain or woven."""

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.image.decoding import Pixels

BLOCK = 16  # pixels
FAINT = 1.5, 16.0  # grey levels, standard deviation of a block with a little structure
FINE = 2.0  # pixels, standard deviation of the blur that takes away threads and leaves strokes
LEAST_FAINT, LEAST_WOVEN = 0.02, 0.15  # shares of the blocks


def with_raised_contrast(pixels: Pixels, seen: Pixels) -> Pixels | None:
    """The picture with its local contrast raised; None where nothing faint can stand, as on a clean ground.

    `seen` is the same picture at the size at which it is looked at. Where much of it is woven or grainy, that
    is smoothed away first: raised, it would drown the letters.
    """
    grey = cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY).astype(np.float32)
    spread, fine = _spread(grey), _spread(grey - cv2.GaussianBlur(grey, (0, 0), FINE))
    faint = (spread > FAINT[0]) & (spread < FAINT[1])
    if not faint.size or faint.mean() <= LEAST_FAINT:
        return None
    if (faint & (fine > 0.8 * spread)).mean() > LEAST_WOVEN:
        blur = FINE * pixels.shape[0] / seen.shape[0]
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur), dtype=np.uint8)
    return _raised(pixels)


def _spread(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The standard deviation in each block; what is over at the right and the foot is left out."""
    rows, columns = grey.shape[0] // BLOCK, grey.shape[1] // BLOCK
    blocks = grey[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return np.asarray(blocks.std(axis=(1, 3)) if blocks.size else np.zeros((0, 0)), dtype=np.float32)


def _raised(pixels: Pixels) -> Pixels:
    """Local contrast raised by CLAHE (Zuiderveld, 1994), each colour alone: red on red has no lightness."""
    clahe = cv2.createCLAHE(8.0, (8, 8))
    out = np.empty_like(pixels)
    for colour in range(3):
        out[:, :, colour] = clahe.apply(np.ascontiguousarray(pixels[:, :, colour]))
    return out
