"""Vectors held against those of the brands."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from workers.rescans.resembling import single


@given(
    arrays(
        np.float16,
        array_shapes(min_dims=2, max_dims=2),
        elements=st.floats(width=16, allow_nan=False, allow_infinity=False),
    )
)
def test_half_precision_becomes_single_precision_exactly(halves) -> None:
    made = single(halves, np.empty(halves.shape, np.int32))
    assert (made == halves.astype(np.float32)).all()
    assert (np.signbit(made) == np.signbit(halves)).all()
