"""Copies under the edits of those who take pictures, and candidates for them."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.edits import EDITS, Edit
from detector.appearance import LocalFeatures
from detector.image.copies import compare
from detector.image.decoding import Pixels
from detector.image.geometry import align
from detector.image.keypoints import local_features, mirrored
from detector.image.looking import glance
from detector.image.votes import Votes

Bytes = NDArray[np.uint8]

STRANGERS = 6


def _photo(seed: int, width: int = 300, height: int = 240) -> Pixels:
    """Soft ground, discs, bars and letters: places that are found again."""
    dice = np.random.default_rng(seed)
    noise = dice.integers(60, 200, (6, 8, 3)).astype(np.uint8)
    canvas = np.ascontiguousarray(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC))
    for _ in range(25):
        tints = dice.integers(20, 235) + dice.integers(-20, 20, 3)
        colour = tuple(int(c) for c in tints)
        x, y = int(dice.integers(0, width)), int(dice.integers(0, height))
        cv2.circle(canvas, (x, y), int(dice.integers(5, 25)), colour, -1, cv2.LINE_AA)
        end = int(dice.integers(0, width)), int(dice.integers(0, height))
        cv2.line(canvas, (x, y), end, colour[::-1], 3, cv2.LINE_AA)
        cv2.putText(canvas, chr(65 + int(dice.integers(0, 26))), (y, x), 0, 1.0, colour, 2, cv2.LINE_AA)
    return np.asarray(canvas, dtype=np.uint8)


def _moved(pixels: Pixels, by: float) -> Pixels:
    """The same things, each a little elsewhere: waves of so many pixels both ways."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    across, down = (by * np.sin(2 * np.pi * along / 70) for along in (y, x))
    moved = cv2.remap(pixels, x + across, y + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, dtype=np.uint8)


@pytest.fixture(scope="module")
def others() -> list[Pixels]:
    return [_photo(100 + seed) for seed in range(STRANGERS)]


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_edited_copy_is_found_and_a_stranger_is_not(edit: Edit, others: list[Pixels]) -> None:
    original = _photo(1)
    picture = glance(edit(original, 5, others))
    copy = compare(glance(original), picture)
    assert copy is not None
    assert 0.5 < copy.score <= 1
    assert (copy.kind == "mirrored") == ("mirrored" in edit.name)
    assert all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in copy.box)
    assert compare(glance(_photo(2)), picture) is None


def test_a_part_is_told_from_the_whole_and_its_place_is_told() -> None:
    original = _photo(3)
    sheet = np.full((480, 640, 3), 255, np.uint8)
    sheet[100:340, 200:500] = original
    whole = compare(glance(original), glance(sheet))
    assert whole is not None
    assert whole.kind == "whole"
    assert np.allclose(whole.box, [(200, 100), (500, 100), (500, 340), (200, 340)], atol=4)
    part = compare(glance(original), glance(np.ascontiguousarray(original[60:200, 80:260])))
    assert part is not None
    assert part.kind == "part"


@pytest.mark.parametrize("seed", [8, 9, 10])
def test_what_agrees_in_all_but_its_places_is_a_second_photo(seed: int) -> None:
    original = glance(_photo(seed))
    second = glance(_moved(_photo(seed), 2.5))
    place = align(original, second)
    assert place is not None
    assert place.inliers >= 50
    assert compare(original, second) is None
    assert compare(original, glance(_moved(_photo(seed), 1))) is not None


@pytest.mark.parametrize("seed", [8, 9, 10])
def test_what_would_be_a_second_photo_is_a_copy_where_it_is_mirrored(seed: int) -> None:
    original = glance(_photo(seed))
    second = _moved(_photo(seed), 2.2)
    assert compare(original, glance(second)) is None
    copy = compare(original, glance(np.ascontiguousarray(second[:, ::-1])))
    assert copy is not None
    assert copy.kind == "mirrored"


def test_a_blurred_whole_is_known_by_its_hash_alone() -> None:
    original = _photo(4)
    smeared = glance(np.asarray(cv2.GaussianBlur(original, (0, 0), 6), dtype=np.uint8))
    copy = compare(glance(original), smeared)
    assert copy is not None
    assert copy.kind == "whole"


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((200, 300, 3), 255, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.full((20, 900, 3), 128, np.uint8),
        np.repeat(np.linspace(0, 255, 300).astype(np.uint8)[None, :, None], 3, axis=2).repeat(200, axis=0),
    ],
    ids=["white", "a pixel", "a strip", "a gradient"],
)
def test_plain_pictures_match_nothing_not_even_each_other(pixels: Pixels) -> None:
    plain = glance(pixels)
    assert compare(plain, glance(_photo(5))) is None
    assert compare(glance(_photo(5)), plain) is None
    assert compare(plain, glance(np.full((150, 150, 3), 250, np.uint8))) is None


def test_the_reference_gets_the_most_votes_mirrored_and_cropped_too(others: list[Pixels]) -> None:
    references = [local_features(pixels) for pixels in (*others[:3], _photo(6), *others[3:])]
    votes = Votes(references)
    part = np.ascontiguousarray(_photo(6)[40:200, 60:260, :][:, ::-1])
    features = local_features(part)
    assert votes.candidates(mirrored(features, 200), 3)[0] == 3
    assert len(votes.candidates(features, 2)) <= 2


def test_a_point_that_is_like_many_of_the_picture_votes_but_once() -> None:
    dice = np.random.default_rng(3)

    def features(descriptors: Bytes) -> LocalFeatures:
        places = np.column_stack(
            [dice.uniform(0, 300, (len(descriptors), 2)), np.full((len(descriptors), 2), 8)]
        )
        return LocalFeatures(places.astype(np.float32), descriptors)

    grain, shown, other = (dice.integers(0, 90, (count, 128)).astype(np.uint8) for count in (1, 12, 40))
    references = [features(np.concatenate([grain, other])), features(shown)]
    picture = features(np.concatenate([np.repeat(grain, 60, axis=0), shown]))
    assert Votes(references).candidates(picture, 2)[0] == 1


def test_without_references_or_features_nobody_is_a_candidate() -> None:
    flat = local_features(np.full((60, 60, 3), 9, np.uint8))
    assert Votes([]).candidates(local_features(_photo(7)), 5) == []
    assert Votes([flat]).candidates(flat, 5) == []
    assert Votes([flat, local_features(_photo(7))]).candidates(flat, 5) == []
