"""Vectors as codes of a few bytes, which are scanned in a fraction of the time that the vectors take.

Products of 16 centroids each (Jégou and others, 2011), added up in registers (André and others, 2015), as
FAISS has them. They tell about how like two vectors are: who wants to know looks at the vectors of what comes
near.
"""

from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

LEAST = 2_048
"""Vectors from which on codes are worth a file: fewer are multiplied in no time."""
_NUMBERS, _BITS = 2, 4
"""How many numbers of a vector make a piece, and the bits that are left of each piece: of 256 bytes 32."""
_IN_LISTS, _LISTS, _LOOKED_AT = 20_000, 64, 24
"""From so many vectors on they lie in lists of neighbours, of which the nearest are looked at alone: it takes
some half of the time."""
_TRAINED_ON, _AT_ONCE = 20_000, 20_000


class Codes:
    """Of the vectors of one shard, which its centroids were made for."""

    def __init__(self, index: Any) -> None:
        faiss.omp_set_num_threads(1)
        self._index = index

    @classmethod
    def of(cls, vectors: NDArray[np.float16]) -> Self | None:
        """Of (n, d) vectors of about unit length; None where they are too few, or can't be parted."""
        count, width = vectors.shape
        if count < LEAST or width % (2 * _NUMBERS):
            return None
        # Where they are few one list: of FAISS's fast scans those of lists alone search by a threshold.
        lists = 1 if count < _IN_LISTS else _LISTS
        flat = faiss.IndexFlatIP(width)
        index = faiss.IndexIVFPQFastScan(
            flat, width, lists, width // _NUMBERS, _BITS, faiss.METRIC_INNER_PRODUCT
        )
        index.by_residual, index.nprobe = False, min(lists, _LOOKED_AT)
        made = cls(index)
        drawn = np.random.default_rng(0).permutation(count)[:_TRAINED_ON]
        some = vectors[np.sort(drawn)].astype(np.float32)
        index.train(some)
        for start in range(0, count, _AT_ONCE):
            index.add(vectors[start : start + _AT_ONCE].astype(np.float32))
        _lengthen(index.pq, some)
        return made

    @classmethod
    def of_bytes(cls, data: bytes) -> Self:
        """As `to_bytes` made them; they are verified by whoever read them."""
        return cls(faiss.deserialize_index(np.frombuffer(data, np.uint8)))

    def to_bytes(self) -> bytes:
        data: bytes = faiss.serialize_index(self._index).tobytes()
        return data

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def width(self) -> int:
        """How many numbers the vectors have."""
        return int(self._index.d)

    def near(
        self, wanted: NDArray[np.float32], least: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which of the `wanted` (m, d) and which rows have about such a product as is their `least` (m,),
        which are above 0, or more: pairs, (n,) each.
        """
        scaled = np.ascontiguousarray(wanted / least[:, None])
        ends, _, rows = self._index.range_search(scaled, 1.0)
        return np.repeat(np.arange(len(wanted)), np.diff(ends.astype(np.int64))), rows


def _lengthen(pq: Any, vectors: NDArray[np.float32]) -> None:
    """Centroids are means of pieces, and so shorter: products with them would come out too small."""
    told = pq.decode(pq.compute_codes(vectors))
    shrunk = (vectors * told).sum() / (vectors * vectors).sum()
    faiss.copy_array_to_vector(faiss.vector_to_array(pq.centroids) / shrunk, pq.centroids)
