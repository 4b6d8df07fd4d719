import numpy as np
import pytest

from detector.image.nearest import Nearest


def unit(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("exact_up_to", [10_000, 100])
def test_each_vector_finds_itself(exact_up_to: int) -> None:
    vectors = unit(2000, 1)
    similar, which = Nearest(vectors.astype(np.float16), exact_up_to).search(vectors, 3)
    assert (which[:, 0] == np.arange(2000)).mean() > 0.995
    assert np.allclose(similar[:, 0], 1, atol=0.01)
    assert (np.diff(similar, axis=1) <= 0).all()


def test_few_vectors_leave_the_rest_of_a_row_empty() -> None:
    similar, which = Nearest(unit(2, 2)).search(unit(4, 3), 5)
    assert (which[:, 2:] == -1).all()
    assert np.isneginf(similar[:, 2:]).all()


def test_none_at_all() -> None:
    similar, which = Nearest(np.zeros((0, 16), np.float32)).search(unit(1, 4), 2)
    assert which.tolist() == [[-1, -1]]
    assert np.isneginf(similar).all()
