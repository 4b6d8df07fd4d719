"""Which of many references a picture may have points in common with, without comparing it to each.

The points of all references lie in one index of inverted lists (Jégou and others, 2011). Each point of a
picture votes for the references that own its nearest ones, the more so the nearer they are than the next;
votes count together where they agree on a turn and a change of size (weak geometry, Jégou and others, 2008).
Of the votes for one point of a reference the strongest alone counts (burstiness, Jégou and others, 2009).
So a part of a reference in a part of a picture is found as well as the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

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


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The strongest points of many references: `owner` (n,) is the number of the reference that each is of,
    -1 where that is gone; `places` (n, 4) and `descriptors` (n, 128) are as in `LocalFeatures`.
    """

    owner: NDArray[np.int32]
    places: NDArray[np.float32]
    descriptors: NDArray[np.uint8]

    @classmethod
    def of(cls, references: Iterable[LocalFeatures]) -> Self:
        # Copies, as a part of an array would keep the whole of it in memory.
        kept = [(one.places[:EACH].copy(), one.descriptors[:EACH].copy()) for one in references]
        return cls(
            np.repeat(np.arange(len(kept), dtype=np.int32), [len(places) for places, _ in kept]),
            np.concatenate([places for places, _ in kept] or [np.empty((0, 4), np.float32)]),
            np.concatenate([points for _, points in kept] or [np.empty((0, 128), np.uint8)]),
        )


class Votes:
    """An index of the references' local features. References are named by their numbers.

    `owner` and `places` are as in `Points`, `index` a faiss.Index of their descriptors, None for none.
    """

    def __init__(self, references: Iterable[LocalFeatures] | Points) -> None:
        points = references if isinstance(references, Points) else Points.of(references)
        self._hold(points.owner, points.places, index_of(points.descriptors))

    @classmethod
    def of(cls, owner: NDArray[np.int32], places: NDArray[np.float32], index: Any) -> Self:
        """Around an index that holds the points already."""
        votes = cls.__new__(cls)
        votes._hold(owner, places, index)
        return votes

    def _hold(self, owner: NDArray[np.int32], places: NDArray[np.float32], index: Any) -> None:
        faiss.omp_set_num_threads(1)  # processes are forked from the one that builds this
        self.owner, self.places, self.index = owner, places, index

    def candidates(self, features: LocalFeatures, most: int) -> list[int]:
        """At most `most` references with votes of a picture, the likeliest first.

        For mirrored copies ask again with `keypoints.mirrored` features.
        """
        if not len(features) or self.index is None:
            return []
        asked = features.descriptors[:ASKED].astype(np.float32)
        squares, found = self.index.search(asked, NEIGHBOURS + 1)
        squares = np.where(found < 0, FARTHEST**2, np.clip(squares, 0, FARTHEST**2))
        next_best = np.maximum(squares[:, -1:], 1)
        weight = (1 - squares / next_best)[:, :-1]
        found = found[:, :-1]
        owned = np.where(found < 0, -1, self.owner[found])
        weight[owned < 0] = 0
        weight[~_strongest(found, weight)] = 0
        here, there = self.places[found], features.places[:ASKED, None]
        turn = ((there[..., 3] - here[..., 3]) % 360 // (360 / TURNS)).astype(int) % TURNS
        octaves = np.log2(np.maximum(there[..., 2], 0.1) / np.maximum(here[..., 2], 0.1))
        size = np.clip(np.floor(octaves).astype(int) + SIZES // 2, 0, SIZES - 1)
        owners, which = np.unique(owned, return_inverse=True)
        votes = np.zeros((len(owners), TURNS, SIZES), np.float32)
        np.add.at(votes, (which.reshape(found.shape), turn, size), weight)
        votes += np.roll(votes, 1, axis=1)  # what lies near the border of a bin
        votes[:, :, 1:] += votes[:, :, :-1].copy()
        best = votes.max(axis=(1, 2))
        return [int(owners[n]) for n in np.argsort(-best, kind="stable")[:most] if best[n] > 0]


def _strongest(found: NDArray[np.int64], weight: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which votes (n, NEIGHBOURS) are the strongest for the point that they found.

    A point is seen again but once. Without that one that is like many, on a stripe or a grain, speaks for its
    reference as often as the picture has any like it.
    """
    order = np.argsort(-weight, axis=None, kind="stable")
    _, first = np.unique(found.ravel()[order], return_index=True)
    strongest = np.zeros(found.shape, bool)
    strongest.flat[order[first]] = True
    return strongest


def lists_for(points: int) -> int:
    """How many inverted lists serve so many points."""
    return max(1, int(2 * points**0.5))


def index_of(descriptors: NDArray[np.uint8]) -> Any:
    """Inverted lists of uint8 (n, 128), a faiss.Index; None where there are none."""
    count, width = descriptors.shape
    if not count:
        return None
    lists = lists_for(count)
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
    add_points(index, descriptors)
    index.nprobe = 8
    return index


def add_points(index: Any, descriptors: NDArray[np.uint8]) -> None:
    """Adds descriptors (n, 128) to an index of `Votes`."""
    for start in range(0, len(descriptors), 100_000):
        index.add(descriptors[start : start + 100_000].astype(np.float32))
