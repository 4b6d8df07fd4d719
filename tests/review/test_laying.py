"""A reference is laid where it was found, however it lies there."""

import pytest

from review.web.laying import laid

UPRIGHT = [[10, 20], [110, 20], [110, 70], [10, 70]]


@pytest.mark.parametrize(
    ("box", "mirrored", "matrix"),
    [
        (UPRIGHT, False, "matrix(0.5 0 0 0.5 10 20)"),
        ([[60, 0], [60, 200], [10, 200], [10, 0]], False, "matrix(0 1 -0.5 0 60 0)"),
        (UPRIGHT, True, "matrix(-0.5 0 0 0.5 110 20)"),
    ],
    ids=["upright", "turned", "mirrored"],
)
def test_where_it_lies(box, mirrored, matrix) -> None:
    one = laid(7, (200, 100), box, mirrored)
    assert (one.asset, one.matrix) == (7, matrix)
    assert (one.left, one.left + one.across) == (min(x for x, _ in box), max(x for x, _ in box))


@pytest.mark.parametrize("box", [[[1, 1]] * 4, [[0, 0], [1, 1], [2, 2], [3, 3]], [[0, 0], [1, 0], [1, 1]]])
def test_what_spans_nothing_is_left_out(box) -> None:
    assert laid(7, (200, 100), box) is None
    assert laid(7, (0, 0), UPRIGHT) is None
