import cv2
import numpy as np
import pytest

from detector.image.regions import RegionFinder, distinct, grid, overlaps

BOXES = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60], [0, 0, 10, 5]], np.float32)
NO_LINES = np.empty((0, 4), np.float32)


def test_overlaps_are_shares_of_the_union() -> None:
    np.testing.assert_allclose(overlaps(BOXES[0], BOXES), [1, 90 / 110, 0, 0.5], atol=1e-6)


@pytest.mark.parametrize(
    ("scores", "same", "most", "kept"),
    [
        ((0.9, 0.8, 0.7, 0.6), 0.6, 9, [0, 2, 3]),
        ((0.8, 0.9, 0.7, 0.6), 0.4, 9, [1, 2]),
        ((0.9, 0.8, 0.7, 0.6), 0.9, 2, [0, 1]),
    ],
)
def test_of_boxes_that_are_one_region_the_best_stays(
    scores: tuple[float, ...], same: float, most: int, kept: list[int]
) -> None:
    assert distinct(BOXES, np.array(scores, np.float32), same, most).tolist() == kept


def test_the_grid_covers_the_picture() -> None:
    boxes = grid(300, 100)
    assert boxes[:, :2].min() == pytest.approx(0)
    np.testing.assert_allclose(boxes[:, 2:].max(axis=0), (300, 100))


@pytest.mark.slow
@pytest.mark.parametrize(
    "shape",
    [(600, 800, 3), (1, 1, 3), (3, 900, 3), (900, 17, 3)],
    ids=lambda shape: "x".join(map(str, shape)),
)
def test_any_picture_has_few_regions_the_whole_first(shape: tuple[int, int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, shape).astype(np.uint8)
    boxes = RegionFinder().proposals(noise, NO_LINES)
    assert boxes[0].tolist() == [0, 0, shape[1], shape[0]]
    assert 1 <= len(boxes) <= 74
    assert boxes.min() >= 0


@pytest.mark.slow
def test_a_mark_on_a_plain_thing_is_found() -> None:
    picture = np.full((600, 800, 3), (200, 190, 170), np.uint8)
    cv2.rectangle(picture, (300, 200), (420, 320), (20, 40, 160), -1)
    cv2.putText(picture, "Qx", (310, 290), cv2.FONT_HERSHEY_TRIPLEX, 2.2, (255, 255, 255), 6)
    boxes = RegionFinder().proposals(picture, NO_LINES)
    assert overlaps(np.array([300, 200, 420, 320], np.float32), boxes).max() >= 0.5


@pytest.mark.slow
def test_lines_of_text_are_regions() -> None:
    line = np.array([[10, 10, 90, 30]], np.float32)
    boxes = RegionFinder().proposals(np.zeros((300, 400, 3), np.uint8), line)
    assert (boxes == line).all(axis=1).any()
