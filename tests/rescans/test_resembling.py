"""Vectors held against those of the brands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from detector.appearance import Appearance, LocalFeatures, Regions
from detector.image.references import ReferenceIndex
from detector.sighting import AssetKind, Reference
from workers.rescans.resembling import Resembling, single
from workers.shards.codes import Codes

WIDTH = 64


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


def unit(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, WIDTH), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def picture(vectors: np.ndarray) -> Reference:
    nowhere = LocalFeatures(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8))
    regions = Regions(np.zeros((len(vectors), 4), np.float32), vectors.astype(np.float16))
    hashes, colours = np.zeros((8, 32), np.uint8), np.zeros((4, 4, 3), np.uint8)
    look = Appearance(10, 10, hashes, 100, regions, nowhere, colours, "e")
    return Reference("acme", "picture", AssetKind.IMAGE, look)


@pytest.mark.parametrize("count", [6_000, 30_000])
def test_codes_propose_and_the_vectors_decide(count) -> None:
    """What is like a reference beyond doubt is found by codes too, and nothing that the vectors deny."""
    vectors, owned = unit(count, 1), unit(6, 2)
    alike = np.arange(0, 6_000, 100)
    vectors[alike] = owned[np.arange(60) % 6] + 0.5 * vectors[alike]
    halves = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
    resembling = Resembling([ReferenceIndex([picture(owned)])])
    exactly, by_codes = resembling.likely(halves), resembling.likely(halves, Codes.of(halves))
    assert set(alike) <= set(by_codes.tolist()) <= set(exactly.tolist())
    assert (np.diff(by_codes) > 0).all()
