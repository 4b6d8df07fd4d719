"""PDQ: the same as its original's, in all turns, and quiet on pictures with nothing to hash."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from detector.image.decoding import Pixels
from detector.image.hashes import MIRRORED, TURNS, distances, pdq_hashes


def _scene(seed: int, width: int = 300, height: int = 220) -> Pixels:
    """Blobs, discs and bars: smooth parts and edges, as in photos."""
    dice = np.random.default_rng(seed)
    noise = dice.integers(0, 255, (9, 12, 3)).astype(np.uint8)
    canvas = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        colour = tuple(int(c) for c in dice.integers(0, 255, 3))
        x, y = int(dice.integers(0, width)), int(dice.integers(0, height))
        cv2.circle(canvas, (x, y), int(dice.integers(8, 40)), colour, -1)
        cv2.rectangle(canvas, (y, x // 2), (y + 30, x // 2 + 12), colour[::-1], -1)
    return np.asarray(canvas, dtype=np.uint8)


def _turned(pixels: Pixels, turn: int) -> Pixels:
    side = pixels[:, ::-1] if turn >= MIRRORED else pixels
    return np.ascontiguousarray(np.rot90(side, turn % 4))


@pytest.mark.parametrize("size", [(64, 64), (100, 130), (224, 224), (301, 173), (512, 384), (40, 61)])
def test_the_hashes_are_those_of_the_original(size: tuple[int, int]) -> None:
    pdqhash = pytest.importorskip("pdqhash", reason="pdqhash needs a compiler to install")
    pixels = _scene(1, *size)
    hashes, quality = pdq_hashes(pixels)
    for turn in range(TURNS):
        bits, its_quality = pdqhash.compute(_turned(pixels, turn))
        assert distances(hashes[turn : turn + 1], np.packbits(bits)[None])[0, 0] <= 2
        assert turn or quality == its_quality


@pytest.mark.parametrize("turn", range(TURNS))
@pytest.mark.parametrize("size", [(224, 224), (317, 211)])
def test_a_turned_picture_has_the_same_hash_in_that_turn(turn: int, size: tuple[int, int]) -> None:
    pixels = _scene(2, *size)
    hashes, _ = pdq_hashes(pixels)
    of_the_turned, _ = pdq_hashes(_turned(pixels, turn))
    found = distances(hashes, of_the_turned[:1])[:, 0]
    assert found.argmin() == turn
    assert found[turn] == 0


@pytest.mark.parametrize(
    ("edit", "most"),
    [
        (lambda p: cv2.resize(p, (210, 154), interpolation=cv2.INTER_AREA), 24),
        (lambda p: cv2.resize(p, (900, 660), interpolation=cv2.INTER_CUBIC), 24),
        (lambda p: cv2.GaussianBlur(p, (0, 0), 1.5), 10),
        (lambda p: (p // 2 + 40).astype(np.uint8), 10),
        (lambda p: cv2.imdecode(cv2.imencode(".jpg", p, [cv2.IMWRITE_JPEG_QUALITY, 20])[1], 1), 16),
    ],
    ids=["smaller", "larger", "blurred", "paler", "jpeg"],
)
def test_a_copy_stays_near_and_a_stranger_far(edit: Callable[[Pixels], Pixels], most: int) -> None:
    pixels = _scene(3)
    hashes, quality = pdq_hashes(pixels)
    copy, _ = pdq_hashes(np.asarray(edit(pixels), dtype=np.uint8))
    stranger, _ = pdq_hashes(_scene(4))
    assert quality >= 50
    assert distances(hashes[:1], copy).min() <= most
    assert distances(hashes[:1], stranger).min() > 60


@pytest.mark.parametrize("shape", [(1, 1, 3), (4, 500, 3), (300, 300, 3), (5, 5, 3), (30, 3000, 3)])
def test_a_plain_or_tiny_picture_has_no_quality(shape: tuple[int, int, int]) -> None:
    hashes, quality = pdq_hashes(np.full(shape, 255, dtype=np.uint8))
    assert hashes.shape == (8, 32)
    assert hashes.dtype == np.uint8
    assert quality == 0
