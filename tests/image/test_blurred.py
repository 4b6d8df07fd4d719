"""Patches that somebody blurred, and what a lens leaves out of focus."""

import time
from typing import Any

import cv2
import numpy as np
import pytest
from skimage import data

from detector.image.blurred import blurred
from detector.image.decoding import Pixels


def _photo(name: str) -> Pixels:
    return np.ascontiguousarray(np.atleast_3d(getattr(data, name)())[..., :3], dtype=np.uint8)


def _soft(pixels: Pixels, sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.uint8)


@pytest.mark.parametrize(
    ("left", "top", "right", "bottom"),
    [(190, 300, 330, 400), (209, 24, 359, 144), (141, 194, 237, 260), (55, 204, 147, 266)],
)
def test_a_blurred_patch_is_found_where_it_is(left: int, top: int, right: int, bottom: int) -> None:
    pixels = _photo("astronaut")
    place = np.s_[top:bottom, left:right]
    pixels[place] = _soft(pixels, (bottom - top) / 7)[place]
    found = blurred(pixels)
    assert found
    assert found[0].kind == "blurred"
    assert 0.8 < found[0].score <= 1
    (x1, y1), _, (x2, y2), _ = found[0].box
    assert max(0, min(x2, right) - max(x1, left)) * max(0, min(y2, bottom) - max(y1, top)) > 0


def _shallow() -> Pixels:
    """A sharp middle before a background out of focus."""
    pixels = _photo("astronaut")
    mask: Any = np.zeros(pixels.shape[:2], np.float32)
    cv2.ellipse(mask, (224, 180), (130, 170), 0, 0, 360, (1.0,), -1)
    share = cv2.GaussianBlur(mask, (0, 0), 12)[:, :, None]
    return np.asarray(np.round(pixels * share + _soft(pixels, 7) * (1 - share)), dtype=np.uint8)


def _shaded() -> Pixels:
    """A label that is lit from a side, on paper with print."""
    dice = np.random.default_rng(4)
    pixels = dice.integers(120, 250, (400, 400, 3)).astype(np.uint8)
    pixels[120:260, 100:300] = np.linspace(60, 220, 200).astype(np.uint8)[None, :, None]
    return pixels


@pytest.mark.parametrize(
    "pixels",
    [
        _photo("astronaut"),
        _photo("coffee"),
        _photo("chelsea"),
        _soft(_photo("astronaut"), 6),
        _soft(_photo("coffee"), 2),
        _shallow(),
        _shaded(),
        np.full((300, 300, 3), 200, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.full((10, 900, 3), 200, np.uint8),
        np.random.default_rng(1).integers(0, 255, (300, 400, 3)).astype(np.uint8),
    ],
    ids=[
        "a photo", "a cup", "a cat", "out of focus", "soft", "shallow", "a shaded label", "flat", "a pixel",
        "a strip", "noise",
    ],
)  # fmt: skip
def test_what_nobody_blurred_is_left_alone(pixels: Pixels) -> None:
    assert blurred(pixels) == ()


def test_no_picture_takes_long() -> None:
    dice = np.random.default_rng(2)
    noise = dice.integers(0, 255, (2000, 2000, 3)).astype(np.uint8)
    blots = cv2.resize(dice.integers(0, 255, (100, 100, 3)).astype(np.uint8), (1600, 1600))
    for pixels in (noise, np.asarray(blots, np.uint8)):
        began = time.process_time()
        blurred(pixels)
        assert time.process_time() - began < 1
