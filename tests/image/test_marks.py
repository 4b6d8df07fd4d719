import cv2
import numpy as np
import pytest

from detector.appearance import Appearance, LocalFeatures, Regions
from detector.image.keypoints import NOTHING
from detector.image.marks import Found, MarkIndex, usual_resemblance
from detector.sighting import AssetKind, Reference

RNG = np.random.default_rng(3)


def _unit(*vectors: np.ndarray) -> np.ndarray:
    stacked = np.stack(vectors)
    return (stacked / np.linalg.norm(stacked, axis=1, keepdims=True)).astype(np.float16)


def _look(
    boxes: list[tuple[float, ...]], vectors: np.ndarray, features: LocalFeatures = NOTHING
) -> Appearance:
    regions = Regions(np.array(boxes, np.float32), vectors)
    thumbnail = np.zeros((1, 1, 3), np.uint8)
    return Appearance(400, 300, np.zeros((8, 32), np.uint8), 0, regions, features, thumbnail, "test")


def _mark(brand: str, vector: np.ndarray) -> Reference:
    return Reference(brand, f"{brand}.png", AssetKind.LOGO, _look([(0, 0, 80, 80)], _unit(vector)))


ACME, OTHER, STRANGE = RNG.normal(size=(3, 32))
NEARLY_ACME = ACME + 0.5 * RNG.normal(size=32)
HERE, SAME_PLACE, THERE = (10, 10, 90, 90), (20, 15, 95, 90), (200, 100, 280, 180)


def _found(index: MarkIndex, *regions: tuple[tuple[float, ...], np.ndarray]) -> list[Found]:
    boxes = [(0, 0, 400, 300), *(box for box, _ in regions)]
    return index.recognise(_look(boxes, _unit(STRANGE, *(vector for _, vector in regions))))


def _brands(index: MarkIndex, found: list[Found]) -> list[str]:
    return [index.marks[one.number].brand for one in found]


def test_a_region_that_looks_like_a_mark_is_one() -> None:
    index = MarkIndex([_mark("acme", ACME), _mark("other", OTHER)])
    (found,) = _found(index, (HERE, NEARLY_ACME))
    assert index.marks[found.number].brand == "acme"
    assert found.places[0][0] == (10, 10)
    assert found.places[0][2] == (90, 90)
    assert 0.5 < found.score <= 1


@pytest.mark.parametrize(
    ("regions", "brands"),
    [
        ([], []),
        ([(HERE, STRANGE)], []),
        ([(HERE, ACME), (THERE, OTHER)], ["acme", "other"]),
        ([(HERE, ACME), (SAME_PLACE, OTHER + 0.3 * STRANGE)], ["acme"]),
    ],
)
def test_one_place_shows_one_brand(
    regions: list[tuple[tuple[float, ...], np.ndarray]], brands: list[str]
) -> None:
    index = MarkIndex([_mark("acme", ACME), _mark("other", OTHER)])
    assert sorted(_brands(index, _found(index, *regions))) == brands


def test_what_is_just_enough_is_told_as_too_faint_to_count_alone() -> None:
    index = MarkIndex([_mark("acme", ACME)])
    across = STRANGE - ACME * (STRANGE @ ACME) / (ACME @ ACME)
    across *= np.linalg.norm(ACME) / np.linalg.norm(across)
    scores = {
        like: [one.score for one in _found(index, (HERE, like * ACME + np.sqrt(1 - like**2) * across))]
        for like in (0.28, 0.305, 0.32, 0.37, 0.5, 0.7, 0.99)
    }
    assert scores[0.28] == []
    told = [score for (score,) in list(scores.values())[1:]]
    assert told == sorted(told)
    assert 0.25 <= told[0] < told[1] < 0.5 < told[2] < told[-2] <= 1


def test_a_mark_may_be_in_several_places() -> None:
    index = MarkIndex([_mark("acme", ACME)])
    (found,) = _found(index, (HERE, ACME), (SAME_PLACE, NEARLY_ACME), (THERE, NEARLY_ACME))
    assert [place[0] for place in found.places] == [
        pytest.approx((10, 10), abs=6),
        pytest.approx((200, 100), abs=1),
    ]


def test_of_a_brands_marks_each_place_shows_the_likest() -> None:
    index = MarkIndex([_mark("acme", ACME), _mark("acme", OTHER)])
    found = _found(index, (HERE, ACME), (THERE, OTHER))
    assert sorted((one.number, [place[0] for place in one.places]) for one in found) == [
        (0, [pytest.approx((10, 10), abs=1)]),
        (1, [pytest.approx((200, 100), abs=1)]),
    ]


def test_without_marks_nothing_is_found() -> None:
    assert _found(MarkIndex([]), (HERE, ACME)) == []


def test_vectors_of_another_model_have_no_strangers() -> None:
    assert usual_resemblance(np.eye(7, dtype=np.float32)).tolist() == [0] * 7


@pytest.mark.slow
def test_a_mark_is_seen_in_another_colour_and_size_and_a_stranger_is_not() -> None:
    from detector.image.embedding import MarkEmbedder
    from detector.image.looking import Looker

    def drawn(size: int, ink: tuple[int, int, int], ground: tuple[int, int, int]) -> np.ndarray:
        picture = np.full((100, 100, 3), ground, np.uint8)
        cv2.circle(picture, (50, 50), 40, ink, 6)
        cv2.line(picture, (20, 70), (80, 30), ink, 8)
        cv2.line(picture, (50, 20), (50, 80), ink, 8)
        return np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA))

    looker = Looker(MarkEmbedder())
    owned = drawn(200, (200, 20, 20), (255, 255, 255))
    index = MarkIndex([Reference("acme", "mark.png", AssetKind.LOGO, looker.look(owned))])
    goods = np.full((400, 500, 3), (60, 70, 80), np.uint8)
    assert index.recognise(looker.look(goods)) == []
    goods[80:200, 300:420] = drawn(120, (240, 240, 240), (30, 30, 30))
    (found,) = index.recognise(looker.look(goods))
    left, top = found.places[0][0]
    assert (left, top) == pytest.approx((300, 80), abs=40)
    assert found.turn is None
    goods[80:200, 300:420] = drawn(120, (200, 20, 20), (255, 255, 255))[:, ::-1]
    (found,) = index.recognise(looker.look(goods))
    assert found.turn == "mirrored"
