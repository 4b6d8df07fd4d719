"""Places of a brand's marks among the regions of a picture, and where points put them."""

import numpy as np
import pytest

from detector.image.geometry import corners_of
from detector.image.places import places_of

HERE, NEAR_HERE, AROUND, THERE = (10, 10, 90, 90), (14, 12, 94, 90), (0, 0, 160, 160), (200, 100, 280, 180)
LEANING = ((14.0, 8.0), (92.0, 14.0), (86.0, 92.0), (8.0, 86.0))
"""Where points put a mark, at HERE."""

Box = tuple[int, int, int, int]


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        ([(HERE, 0.5)], [HERE]),
        ([(HERE, 0.05)], []),
        ([(HERE, 0.5), (THERE, 0.3)], [HERE, THERE]),
        ([(THERE, 0.3), (HERE, 0.5)], [HERE, THERE]),
        ([(HERE, 0.5), (THERE, 0.2)], [HERE]),
        ([(HERE, 0.2), (THERE, 0.09)], [HERE]),
        ([(HERE, 0.5), (AROUND, 0.3)], [HERE, AROUND]),
        ([(HERE, 0.5), (NEAR_HERE, 0.5)], [(12, 11, 92, 90)]),
        ([(HERE, 0.5), (NEAR_HERE, 0.24)], [HERE]),
    ],
)
def test_places_are_half_as_like_as_the_surest_and_apart(
    regions: list[tuple[Box, float]], expected: list[Box]
) -> None:
    places = _places(regions)
    assert [number for number, _ in places] == [0] * len(expected)
    boxes = np.array([corners_of(np.array(box)) for box in expected]).reshape(-1, 4, 2)
    assert np.array([outline for _, outline in places]).reshape(-1, 4, 2) == pytest.approx(boxes, abs=0.01)


def test_points_draw_the_place_that_regions_tell() -> None:
    assert _places([(HERE, 0.5), (THERE, 0.4)], outlines=[(0, LEANING)]) == [
        (0, LEANING),
        (0, corners_of(np.array(THERE))),
    ]


def test_points_tell_of_a_place_that_no_region_is_like() -> None:
    assert _places([(HERE, 0.05), (THERE, 0.4)], outlines=[(0, LEANING)])[-1] == (0, LEANING)


def test_another_brands_place_is_left_to_it() -> None:
    assert _places([(HERE, 0.5), (THERE, 0.4)], others=[HERE]) == [(0, corners_of(np.array(THERE)))]


def _places(
    regions: list[tuple[Box, float]], outlines: list = (), others: list[Box] = ()
) -> list[tuple[int, tuple[tuple[float, float], ...]]]:
    boxes = np.array([box for box, _ in regions], np.float32)
    likeness = np.array([[like] for _, like in regions], np.float32)
    return places_of(boxes, likeness, outlines, np.array(others, np.float32).reshape(-1, 4))
