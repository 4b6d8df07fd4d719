"""Which of many references a picture may have points in common with, without comparing it to each.

The points of all references lie in one index of inverted lists (Jégou and others, 2011). Each point of a
picture votes for the references that own its nearest ones, the more so the nearer they are than the next;
votes count together where they agree on a turn and a change of size (weak geometry, Jégou and others, 2008).
So a part of a reference in a part of a picture is found as well as the whole.
"""

from collections.abc import Sequence
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from detector.appearance import LocalFeatures

EACH = 128
"""Points of a reference that are kept, the strongest."""
ASKED = 500
"""Points of a picture that vote, the strongest."""
NEIGHBOURS = 8
PLAIN_UP_TO = 500_000_000
"""Bytes of descriptors that are kept as they are. Beyond, each is held in 32 bytes instead of 128."""
FARTHEST = 300.0  # between descriptors: what is farther apart is no vote
TURNS, SIZES = 12, 10  # bins: of 30 degrees, of an octave each


class Votes:
    """An index of the references' local features. References are named by their numbers."""

    def __init__(self, references: Sequence[LocalFeatures]) -> None:
        faiss.omp_set_num_threads(1)  # processes are forked from the one that builds this
        kept = [features.descriptors[:EACH] for features in references]
        self._owner = np.repeat(np.arange(len(kept)), [len(one) for one in kept])
        self._places = np.concatenate(
            [features.places[:EACH] for features in references] or [np.empty((0, 4), np.float32)]
        )
        self._index = _index(np.concatenate(kept or [np.empty((0, 128), np.uint8)]))

    def candidates(self, features: LocalFeatures, most: int) -> list[int]:
        """At most `most` references with votes of a picture, the likeliest first.

        For mirrored copies ask again with `keypoints.mirrored` features.
        """
        if not len(features) or self._index is None:
            return []
        asked = features.descriptors[:ASKED].astype(np.float32)
        squares, found = self._index.search(asked, NEIGHBOURS + 1)
        squares = np.where(found < 0, FARTHEST**2, np.clip(squares, 0, FARTHEST**2))
        next_best = np.maximum(squares[:, -1:], 1)
        weight = (1 - squares / next_best)[:, :-1]
        found = found[:, :-1]
        weight[found < 0] = 0
        here, there = self._places[found], features.places[:ASKED, None]
        turn = ((there[..., 3] - here[..., 3]) % 360 // (360 / TURNS)).astype(int) % TURNS
        octaves = np.log2(np.maximum(there[..., 2], 0.1) / np.maximum(here[..., 2], 0.1))
        size = np.clip(np.floor(octaves).astype(int) + SIZES // 2, 0, SIZES - 1)
        owners, which = np.unique(self._owner[found], return_inverse=True)
        votes = np.zeros((len(owners), TURNS, SIZES), np.float32)
        np.add.at(votes, (which.reshape(found.shape), turn, size), weight)
        votes += np.roll(votes, 1, axis=1)  # what lies near the border of a bin
        votes[:, :, 1:] += votes[:, :, :-1].copy()
        best = votes.max(axis=(1, 2))
        return [int(owners[n]) for n in np.argsort(-best, kind="stable")[:most] if best[n] > 0]


def _index(descriptors: NDArray[np.uint8]) -> Any:
    """Inverted lists of uint8 (n, 128), a faiss.Index; None where there are none."""
    count, width = descriptors.shape
    if not count:
        return None
    lists = max(1, int(2 * count**0.5))
    coarse = faiss.IndexFlatL2(width)
    index: Any
    if descriptors.nbytes <= PLAIN_UP_TO:
        plain = faiss.ScalarQuantizer.QT_8bit_direct
        index = faiss.IndexIVFScalarQuantizer(coarse, width, lists, plain, faiss.METRIC_L2, False)
    else:
        index = faiss.IndexIVFPQ(coarse, width, lists, 32, 8)
    index.cp.min_points_per_centroid = 1
    index.cp.niter = 8
    sample = np.random.default_rng(0).permutation(count)[: 30 * lists]
    index.train(descriptors[sample].astype(np.float32))
    for start in range(0, count, 100_000):
        index.add(descriptors[start : start + 100_000].astype(np.float32))
    index.nprobe = 8
    return index
