"""Blurs over a photo, composed by a seeded procedure: what people lay over a mark, and what lenses do."""

from typing import Any

import cv2
import numpy as np
from numpy.random import Generator

from benchmarks.edits import jpeg
from detector.image.decoding import Pixels

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""


def smeared(pixels: Pixels, box: Box, dice: Generator) -> Pixels:
    """The picture with a box of it blurred, by a Gaussian of a fourth to a tenth of its shorter side: a
    rectangle, an ellipse or one with a soft border; saved as JPEG of quality 70 to 94."""
    left, top, right, bottom = box
    shorter = min(right - left, bottom - top)
    soft: Any = cv2.GaussianBlur(pixels, (0, 0), shorter / dice.uniform(4, 10))
    mask: Any = np.zeros(pixels.shape[:2], np.float32)
    shape = int(dice.integers(3))
    if shape == 0:
        mask[top:bottom, left:right] = 1
    else:
        middle = (left + right) // 2, (top + bottom) // 2
        cv2.ellipse(mask, middle, ((right - left) * 3 // 5, (bottom - top) * 3 // 5), 0, 0, 360, (1.0,), -1)
    if shape == 2:
        mask = cv2.GaussianBlur(mask, (0, 0), shorter / 12)
    return jpeg(_laid(pixels, soft, mask), int(dice.integers(70, 95)))


def background_unfocused(pixels: Pixels, box: Box, dice: Generator) -> Pixels:
    """The picture with all but the box out of focus, and what is around it little by little, with grain."""
    left, top, right, bottom = box
    shorter = min(right - left, bottom - top)
    near: Any = np.zeros(pixels.shape[:2], np.float32)
    middle = (left + right) // 2, (top + bottom) // 2
    wide, high = right - left, bottom - top
    grown = dice.uniform(0.7, 1.6)
    cv2.ellipse(near, middle, (int(wide * grown), int(high * grown)), 0, 0, 360, (1.0,), -1)
    near = cv2.GaussianBlur(near, (0, 0), max(1.0, shorter * dice.uniform(0.02, 0.2)))
    soft: Any = cv2.GaussianBlur(pixels, (0, 0), max(2.0, min(pixels.shape[:2]) * dice.uniform(0.008, 0.03)))
    return _developed(_laid(soft, pixels, near), dice)


def mark_unfocused(pixels: Pixels, box: Box, dice: Generator) -> Pixels:
    """The picture with the box out of focus, and what is around it less and less, with grain."""
    left, top, right, bottom = box
    shorter = min(right - left, bottom - top)
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]].astype(np.float32)
    off = np.hypot((x - (left + right) / 2) / (right - left), (y - (top + bottom) / 2) / (bottom - top))
    reach = dice.uniform(1.5, 3.5)
    amount = np.clip(1 - off / reach, 0, 1)
    strongest = shorter / dice.uniform(4, 10)
    out = pixels
    for number in range(1, 7):
        mask = np.clip(amount * 6 - (number - 1), 0, 1)
        soft: Any = cv2.GaussianBlur(pixels, (0, 0), strongest * number / 6)
        out = _laid(out, soft, mask)
    return _developed(out, dice)


def _laid(under: Pixels, over: Any, mask: Any) -> Pixels:
    share = mask[:, :, None]
    return np.asarray(np.round(under * (1 - share) + over * share), dtype=np.uint8)


def _developed(pixels: Pixels, dice: Generator) -> Pixels:
    grain = dice.normal(0, dice.uniform(0.5, 3), pixels.shape[:2])[:, :, None]
    return jpeg(np.clip(pixels + grain, 0, 255).astype(np.uint8), int(dice.integers(70, 95)))
