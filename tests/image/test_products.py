import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.image.geometry import align
from detector.image.looking import glance
from detector.image.products import likeness, recognised, score, subject
from detector.image.thumbnails import thumbnail
from tests.cartons import APPLE, GRAPE, ORANGE, package, photo


def ranked(references: list[np.ndarray], picture: np.ndarray) -> list[tuple[int, float]]:
    seen = glance(picture)
    candidates = []
    for number, reference in enumerate(map(glance, references)):
        found = align(reference, seen)
        if found and found.rarity > 3:
            candidates.append((number, reference, found))
    found = recognised([(reference, found) for _, reference, found in candidates], seen)
    return [(candidates[one.number][0], one.score) for one in found]


@pytest.mark.parametrize("fruit", [0, 1, 2])
@pytest.mark.parametrize("light", [(1.0, 1.0, 1.0), (0.7, 0.65, 0.5), (0.35, 0.4, 0.5)])
def test_the_colour_tells_products_of_one_dress_apart(fruit: int, light: tuple[float, float, float]) -> None:
    references = [package(colour) for colour in (ORANGE, APPLE, GRAPE)]
    first, *others = ranked(references, photo(references[fruit], light))
    assert first[0] == fruit
    assert first[1] > 0.5
    assert all(score < first[1] for _, score in others)


def test_another_product_in_the_dress_scores_lower_than_the_product() -> None:
    references = [package(ORANGE)]
    (_, own), *_ = ranked(references, photo(package(ORANGE)))
    (_, other), *_ = ranked(references, photo(package(GRAPE)))
    assert other < own


def test_the_products_of_the_surest_place_come_first() -> None:
    held = photo(package(ORANGE), hand=False)
    held[:110, :80] = cv2.resize(package(APPLE, maker=1), (80, 110))
    found = ranked([package(APPLE, maker=1), package(GRAPE), package(ORANGE)], held)
    assert [number for number, _ in found] == [2, 1, 0]


def test_a_stranger_is_given_no_product() -> None:
    assert all(score < 0.1 for _, score in ranked([package(ORANGE, maker=1)], photo(package(ORANGE))))


def test_the_subject_is_what_stands_on_a_plain_ground() -> None:
    mask = subject(thumbnail(package(ORANGE)))
    assert mask.shape == (128, 96)
    assert mask[64, 48]
    assert not mask[64, 3]
    assert mask.mean() == pytest.approx(180 * 360 / (300 * 400), abs=0.03)


@given(st.floats(-5, 5000), st.floats(-2.3, 0), st.floats(-1, 1))
def test_more_agreement_never_scores_lower(rarity: float, colours: float, structure: float) -> None:
    own = score(rarity, colours, structure)
    assert 0 <= own <= 1
    assert score(rarity + 10, colours, structure) >= own
    assert score(rarity, colours + 0.1, structure) >= own
    assert score(rarity, colours, structure + 0.1) >= own


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_all_is_subject_where_nothing_stands_out(grey: int) -> None:
    assert subject(np.full((50, 40, 3), grey, np.uint8)).all()


@pytest.mark.parametrize(
    ("shape", "size"), [((1, 1), (128, 128)), ((800, 400), (128, 64)), ((3, 9000), (1, 128))]
)
def test_a_thumbnail_has_the_shape_of_its_picture(shape: tuple[int, int], size: tuple[int, int]) -> None:
    assert thumbnail(np.zeros((*shape, 3), np.uint8)).shape == (*size, 3)


def test_nothing_is_said_of_a_reference_that_lies_outside() -> None:
    reference = glance(package(ORANGE))
    seen = glance(photo(package(ORANGE)))
    found = align(reference, seen)
    assert found is not None
    found.transform[:2, 2] += 5000
    assert likeness(reference, seen, found) == (pytest.approx(np.log(0.1)), 0)
