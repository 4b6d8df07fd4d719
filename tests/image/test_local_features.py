import cv2
import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.appearance import LocalFeatures
from detector.image.geometry import align, alignments
from detector.image.keypoints import inverted, local_features, mirrored
from detector.image.looking import glance

NOISE = np.random.default_rng(0).integers(0, 255, (300, 400, 3), dtype=np.uint8)
GRID = np.where(np.indices((300, 300)).min(axis=0)[..., None] % 4 == 0, 255, 0).astype(np.uint8).repeat(3, 2)


def package(seed: int, size: tuple[int, int] = (240, 320)) -> np.ndarray:
    """A rendered package: areas of colour and words."""
    rng = np.random.default_rng(seed)
    pixels = np.full((size[1], size[0], 3), rng.integers(120, 256, 3), np.uint8)
    for _ in range(14):
        corners = rng.integers(0, size, (3, 2)).astype(np.int32)
        cv2.fillPoly(pixels, [corners], rng.integers(0, 256, 3).tolist(), cv2.LINE_AA)
    for _ in range(10):
        word = "".join(rng.choice(list("BCDEFGJKLNPQRSZ2457"), 5))
        at = int(rng.integers(0, size[0] - 90)), int(rng.integers(20, size[1]))
        cv2.putText(pixels, word, at, 0, 0.8, rng.integers(0, 120, 3).tolist(), 2, cv2.LINE_AA)
    return pixels


def scene(*placed: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """A grey picture of 600 × 500 with pictures laid on it by affine transforms (2, 3)."""
    pixels = np.full((500, 600, 3), 128, np.uint8)
    for picture, transform in placed:
        mask = cv2.warpAffine(np.full(picture.shape[:2], 255, np.uint8), transform, (600, 500))
        laid = cv2.warpAffine(picture, transform, (600, 500), flags=cv2.INTER_AREA)
        pixels[mask > 127] = laid[mask > 127]
    return pixels


def moved(angle: float, scale: float, x: float, y: float) -> np.ndarray:
    turn = cv2.getRotationMatrix2D((120, 160), angle, scale)
    turn[:, 2] += (x - 120, y - 160)
    return turn


def size(pixels: np.ndarray) -> tuple[int, int]:
    return pixels.shape[1], pixels.shape[0]


def aligned(reference: np.ndarray, picture: np.ndarray):
    return align(glance(reference), glance(picture))


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (7, 300), (200, 200)])
def test_flat_and_tiny_pictures_have_no_features(shape: tuple[int, int]) -> None:
    found = local_features(np.full((*shape, 3), 200, np.uint8))
    assert len(found) == 0
    assert found.places.shape == (0, 4)
    assert found.descriptors.shape == (0, 128)


@pytest.mark.parametrize("picture", [NOISE, GRID, package(1)])
def test_features_are_limited_sorted_and_in_the_picture(picture: np.ndarray) -> None:
    found = local_features(picture, most=100)
    assert len(found) <= 100
    assert found.descriptors.dtype == np.uint8
    assert found.places.dtype == np.float32
    if len(found):
        assert (found.places[:, :2] > -1).all()
        assert (found.places[:, :2] < size(picture)).all()
        assert np.linalg.norm(found.descriptors.astype(float), axis=1) == pytest.approx(512, rel=0.03)


def test_no_part_of_a_picture_takes_all_features() -> None:
    pixels = cv2.resize(package(2), (600, 500))
    pixels[:200, :200] = np.random.default_rng(1).integers(0, 255, (200, 200, 3))
    found = local_features(pixels, most=400)
    noisy = (found.places[:, 0] < 200) & (found.places[:, 1] < 200)
    assert noisy.sum() < 0.7 * len(found)


def alike(first: LocalFeatures, second: LocalFeatures) -> float:
    """The share of features of the first that the second has at the same place, as good as equal."""
    squares, found = faiss.knn(first.descriptors.astype(np.float32), second.descriptors.astype(np.float32), 1)
    best, distances = found[:, 0], np.sqrt(squares[:, 0])
    off = np.hypot(*(first.places[:, :2] - second.places[best, :2]).T)
    turned = np.abs((first.places[:, 3] - second.places[best, 3] + 180) % 360 - 180)
    return float(((distances < 20) & (off < 1) & (turned < 2)).mean())


def test_mirrored_features_are_those_of_the_mirrored_picture() -> None:
    picture = package(3)
    here, there = (local_features(np.ascontiguousarray(one), 5000) for one in (picture, picture[:, ::-1]))
    assert alike(mirrored(here, picture.shape[1]), there) > 0.7
    assert alike(here, there) < 0.1


def test_inverted_features_are_those_of_the_inverted_picture() -> None:
    picture = package(3)
    there = local_features(255 - picture)
    assert alike(inverted(local_features(picture)), there) > 0.95
    assert alike(local_features(picture), there) < 0.1


@given(st.integers(0, 2**32 - 1), st.integers(1, 5000))
def test_what_is_mirrored_or_inverted_twice_is_as_it_was(seed: int, width: int) -> None:
    chance = np.random.default_rng(seed)
    places = (chance.random((5, 4)) * (width, 400, 50, 360)).astype(np.float32)
    features = LocalFeatures(places, chance.integers(0, 256, (5, 128), dtype=np.uint8))
    for back in (mirrored(mirrored(features, width), width), inverted(inverted(features))):
        assert np.array_equal(back.descriptors, features.descriptors)
        assert np.allclose(back.places, features.places, atol=1e-2)


@pytest.mark.parametrize(
    ("angle", "scale"), [(0, 1), (20, 0.8), (90, 0.7), (180, 1), (-45, 0.5), (5, 0.35), (0, 1.4)]
)
def test_a_reference_is_found_where_it_was_laid(angle: float, scale: float) -> None:
    reference = package(4)
    transform = moved(angle, scale, 300, 250)
    found = aligned(reference, scene((reference, transform), (package(5), moved(0, 0.5, 80, 100))))
    assert found is not None
    assert found.rarity > 10
    corners = np.array([[0, 0], [240, 0], [240, 320], [0, 320]], float)
    expected = np.clip(corners @ transform[:, :2].T + transform[:, 2], 0, (600, 500))
    assert np.hypot(*(np.array(found.outline) - expected).T).max() < 12 * max(scale, 0.5)


def test_another_package_is_not_found() -> None:
    picture = glance(scene((package(5), moved(0, 1, 300, 250))))
    for seed in range(6, 10):
        found = align(glance(package(seed)), picture)
        assert found is None or found.rarity < 8


@pytest.mark.parametrize("picture", [NOISE, GRID, np.zeros((50, 50, 3), np.uint8)])
def test_nothing_is_found_in_pictures_of_nothing(picture: np.ndarray) -> None:
    found = aligned(package(4), picture)
    assert found is None or found.rarity < 8
    found = aligned(picture, package(4))
    assert found is None or found.rarity < 8


def test_each_of_several_instances_is_found() -> None:
    reference = package(4)
    picture = scene((reference, moved(10, 0.6, 120, 150)), (reference, moved(-30, 0.7, 420, 300)))
    found = alignments(local_features(reference), size(reference), local_features(picture), size(picture))
    sure = [np.array(one.outline).mean(axis=0) for one in found if one.rarity > 8]
    assert sorted(round(float(x) / 100) for x, _ in sure) == [1, 4]


def test_a_mirrored_reference_is_found_by_its_mirrored_features_alone() -> None:
    reference = package(4)
    picture = scene((np.ascontiguousarray(reference[:, ::-1]), moved(0, 1, 300, 250)))
    own, seen = glance(reference), glance(picture)
    plain = align(own, seen)
    found = align(own, seen, across=True)
    assert found is not None
    assert found.rarity > 10 * (plain.rarity if plain else 1)


def test_the_same_comes_out_each_time() -> None:
    reference, picture = package(4), scene((package(4), moved(15, 0.8, 300, 250)))
    first, second = aligned(reference, picture), aligned(reference, picture)
    assert first is not None
    assert second is not None
    assert first.outline == second.outline
    assert first.rarity == second.rarity
