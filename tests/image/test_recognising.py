import cv2
import numpy as np
import pytest

from detector.appearance import Appearance
from detector.image.looking import glance
from detector.image.references import ReferenceIndex
from detector.sighting import AssetKind, Reference, Seen
from tests.cartons import APPLE, GRAPE, ORANGE, package, photo

FRUITS = (ORANGE, APPLE, GRAPE)


def product(number: int, brand: str = "acme") -> Reference:
    look = glance(package(FRUITS[number]))
    return Reference(brand, f"{number}.jpg", AssetKind.PRODUCT, look, f"P{number}")


def seen(references: list[Reference], pixels: np.ndarray) -> list[tuple[Seen, str, str]]:
    found = ReferenceIndex(references).recognise(glance(pixels))
    return [(each.seen, each.reference.brand, each.reference.asset) for each in found]


def darker(pixels: np.ndarray) -> np.ndarray:
    return (pixels * 0.8).astype(np.uint8)


def mirrored(pixels: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(pixels[:, ::-1])


def cropped(pixels: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(pixels[20:330, 40:270])


@pytest.mark.parametrize("edit", [darker, mirrored, cropped])
def test_what_a_copy_shows_is_no_other_brands_dress(edit) -> None:
    """Two brands in one dress: the picture is made from the one's, so nothing is said of the other."""
    references = [product(0), product(1, brand="other")]
    assert seen(references, edit(package(ORANGE))) == [(Seen.COPY, "acme", "0.jpg")]


def test_a_carton_in_a_hand_is_the_product_and_no_copy() -> None:
    references = [product(number) for number in range(3)]
    assert seen(references, photo(package(APPLE))) == [(Seen.PRODUCT, "acme", "1.jpg")]


@pytest.mark.parametrize("edit", [darker, mirrored, cropped])
def test_what_two_pictures_of_a_brand_tell_of_one_place_is_told_once(edit) -> None:
    twin = Reference("acme", "0-darker.jpg", AssetKind.IMAGE, glance(darker(package(ORANGE))))
    assert len(seen([product(0), twin], edit(package(ORANGE)))) == 1
    collage = np.hstack([package(ORANGE), package(GRAPE)])
    assert {asset for _, _, asset in seen([product(0), product(2)], collage)} == {"0.jpg", "2.jpg"}


@pytest.mark.parametrize(
    "pixels",
    [
        photo(package(ORANGE, maker=5)),
        np.full((300, 400, 3), 255, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        cv2.resize(np.random.default_rng(1).integers(0, 255, (60, 80, 3), dtype=np.uint8), (640, 480)),
    ],
    ids=["another maker's", "white", "a pixel", "noise"],
)
def test_nothing_is_seen_where_nothing_is(pixels: np.ndarray) -> None:
    assert seen([product(0)], pixels) == []


def test_no_references_see_nothing() -> None:
    look: Appearance = glance(package(ORANGE))
    assert ReferenceIndex([]).recognise(look) == []


def test_the_picture_itself_is_known_by_its_hash_and_points() -> None:
    (copy,) = ReferenceIndex([product(0)]).recognise(glance(package(ORANGE)))
    assert copy.seen is Seen.COPY
    assert copy.score == 1
    assert copy.pairs
