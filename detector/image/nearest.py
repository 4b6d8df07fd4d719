"""The nearest of many vectors by inner product: exact while they are few, by inverted lists beyond."""

from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

EXACT_UP_TO = 20_000
"""Vectors that are all compared: up to here that costs a picture's fifty regions some 20 ms."""
_LISTS_LOOKED_AT = 16
_SAMPLES_OF_A_LIST = 40

Vectors = NDArray[np.float32] | NDArray[np.float16]


class Nearest:
    """Finds the nearest of `vectors`, (n, d) of unit length. Beyond `exact_up_to` of them the lists are
    searched that are nearest (IVF, Jégou et al., 2011), in half precision: some 3 in 1,000 neighbours differ.
    """

    def __init__(self, vectors: Vectors, exact_up_to: int = EXACT_UP_TO) -> None:
        count, width = vectors.shape
        whole = np.ascontiguousarray(vectors, dtype=np.float32)
        self._hold(faiss.IndexFlatIP(width) if count <= exact_up_to else _inverted_lists(whole))
        self.index.add(whole)

    @classmethod
    def of(cls, index: Any) -> Self:
        """Around an index that holds the vectors already."""
        nearest = cls.__new__(cls)
        nearest._hold(index)
        return nearest

    def _hold(self, index: Any) -> None:
        faiss.omp_set_num_threads(1)  # processes are forked from the one that builds this
        self.index: Any = index

    @property
    def exact(self) -> bool:
        """Whether all vectors are compared."""
        return not hasattr(self.index, "nlist")

    @property
    def trained_on(self) -> int:
        """About how many vectors the lists were made for."""
        return len(self) if self.exact else int((self.index.nlist / 4) ** 2)

    def add(self, vectors: Vectors) -> None:
        """Adds vectors (n, d) after those that are there; of none at all `d` may be anything."""
        if len(vectors):
            self.index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def __len__(self) -> int:
        return int(self.index.ntotal)

    def search(self, queries: Vectors, most: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Similarities, the highest first, and which vectors they belong to, each (len(queries), most).

        Where fewer were found the rest of a row is -inf and -1.
        """
        similar, which = self.index.search(np.ascontiguousarray(queries, dtype=np.float32), most)
        similar[which < 0] = -np.inf
        return similar, which


def _inverted_lists(vectors: NDArray[np.float32]) -> faiss.Index:
    count, width = vectors.shape
    lists = int(4 * count**0.5)
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(width), width, lists, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    index.train(vectors[np.random.default_rng(0).permutation(count)[: _SAMPLES_OF_A_LIST * lists]])
    index.nprobe = _LISTS_LOOKED_AT
    return index
