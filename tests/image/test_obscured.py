"""Patches of blocks, covered marks and marks cut by the edge."""

import cv2
import numpy as np
import pytest

from detector.image.decoding import Pixels
from detector.image.geometry import Alignment, align
from detector.image.looking import glance
from detector.image.obscured import covered, cut, pixelated


def _photo(seed: int, width: int = 400, height: int = 300) -> Pixels:
    """Soft light, discs, bars and letters."""
    dice = np.random.default_rng(seed)
    noise = dice.integers(60, 200, (6, 8, 3)).astype(np.uint8)
    canvas = np.ascontiguousarray(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC))
    for _ in range(60):
        colour = tuple(int(c) for c in dice.integers(0, 255, 3))
        x, y = int(dice.integers(0, width)), int(dice.integers(0, height))
        cv2.circle(canvas, (x, y), int(dice.integers(3, 12)), colour, -1, cv2.LINE_AA)
        cv2.putText(canvas, chr(65 + int(dice.integers(0, 26))), (y, x), 0, 0.8, colour, 2, cv2.LINE_AA)
    return np.asarray(canvas, dtype=np.uint8)


@pytest.mark.parametrize("seed", range(4))
def test_a_pixelated_patch_is_found_where_it_is(seed: int) -> None:
    pixels = _photo(seed)
    part = cv2.resize(pixels[90:190, 120:250], (13, 10), interpolation=cv2.INTER_AREA)
    pixels[90:190, 120:250] = np.kron(part, np.ones((10, 10, 1), np.uint8))
    found = pixelated(pixels)
    assert found
    assert found[0].kind == "pixelated"
    (left, top), _, (right, bottom), _ = found[0].box
    assert max(0, min(right, 250) - max(left, 120)) * max(0, min(bottom, 190) - max(top, 90)) > 0


def _checks(tones: tuple[int, int]) -> Pixels:
    board = (np.indices((300, 300)) // 20).sum(axis=0) % 2
    return np.repeat(np.where(board, *tones).astype(np.uint8)[:, :, None], 3, axis=2)


@pytest.mark.parametrize(
    "pixels",
    [
        _photo(9),
        np.full((300, 300, 3), 200, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.full((10, 900, 3), 200, np.uint8),
        np.random.default_rng(1).integers(0, 255, (300, 400, 3)).astype(np.uint8),
        cv2.GaussianBlur(_photo(8), (0, 0), 6),
        _checks((250, 10)),
    ],
    ids=["photo", "flat", "a pixel", "a strip", "noise", "out of focus", "a chessboard"],
)
def test_what_nobody_hid_is_left_alone(pixels: Pixels) -> None:
    assert pixelated(pixels) == ()


@pytest.mark.parametrize("ground", [40, 120, 180])
@pytest.mark.parametrize("side", [60, 90, 130, 200])
def test_the_corners_of_a_label_are_no_blocks(side: int, ground: int) -> None:
    pixels = np.full((400, 400, 3), ground, np.uint8)
    pixels[110 : 110 + side, 90 : 90 + side] = 255
    assert pixelated(pixels) == ()


MARK = (150.0, 100.0, 270.0, 200.0)


@pytest.mark.parametrize(("cover", "expected"), [(True, True), (False, False)])
def test_a_cover_over_the_mark_is_seen_by_what_is_missing(cover: bool, expected: bool) -> None:
    reference = _photo(3)
    picture = np.full((420, 560, 3), 230, np.uint8)
    picture[60:360, 80:480] = reference
    if cover:
        cv2.rectangle(picture, (230, 160), (350, 260), (250, 240, 60), -1)
    own, seen = glance(reference), glance(picture)
    place = align(own, seen)
    assert place is not None
    found = covered(own, seen, place, MARK)
    assert (found is not None) is expected
    if found is not None:
        assert np.allclose(found.box, [(230, 160), (350, 160), (350, 260), (230, 260)], atol=4)


def test_a_mark_beyond_the_edge_or_out_of_focus_is_not_covered() -> None:
    reference = _photo(3)
    own = glance(reference)
    for picture in (reference[:110], _soft(reference)):
        seen = glance(np.ascontiguousarray(picture))
        place = align(own, seen)
        assert place is not None
        assert covered(own, seen, place, MARK) is None


def _soft(pixels: Pixels) -> Pixels:
    """Out of focus around the mark."""
    left, top, right, bottom = (int(side) for side in MARK)
    soft = pixels.copy()
    soft[top:bottom, left:right] = cv2.GaussianBlur(pixels, (0, 0), 4)[top:bottom, left:right]
    return soft


@pytest.mark.parametrize(
    ("shift", "is_cut"), [((0, 0), False), ((-10, 0), False), ((-40, 0), True), ((150, 80), True)]
)
def test_a_mark_is_cut_where_the_edge_takes_a_part_of_it(shift: tuple[int, int], is_cut: bool) -> None:
    transform = np.array([[1.0, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]])
    place = Alignment(transform, ((0, 0), (1, 0), (1, 1), (0, 1)), np.empty((0, 2), np.intp), 9.0)
    found = cut(place, (100, 80), (200, 120))
    assert (found is not None) is is_cut
