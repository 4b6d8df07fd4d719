"""Which of many pictures may show what some brands gave pictures of, told from hashes and vectors alone."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from detector.image import copies
from detector.image.hashes import distances
from detector.image.references import ReferenceIndex
from detector.sighting import AssetKind, References
from workers.shards.content import Looks

MARK = 0.1
"""How much more than strangers a region must resemble a mark. The judge asks for 0.3, of which points that
agree can make up 0.32: marks that hardly anything but points tells are given up, or every picture would have
to be compared. Chosen on every other brand of real photos, where it loses none of 102 marks that the judge
finds; of 116 of the brands kept aside it loses one. At 0.05 it would lose none, and compare half more."""
PICTURE = 0.5
"""How like a region must be to one of the larger regions of a brand's picture or product. Of copies edited in
24 ways it loses 2 of 131, and none of 145 of the pictures kept aside; at 0.6 eight, mostly those turned by 45
degrees, and it compares 6% instead of 1% of what is no copy."""
_LARGEST = 12
"""Regions of a brand's picture that are sought, the whole first."""
_AT_ONCE = 2_048
"""Vectors that are multiplied together: they stay in the processor's cache, whatever is done to them."""


class Resembling:
    """The references of some brands, as rows to multiply with."""

    def __init__(self, references: Iterable[References]) -> None:
        indexes = [one for one in references if isinstance(one, ReferenceIndex)]
        vectors, costs = [np.zeros((0, 1), np.float32)], [np.zeros(0, np.float32)]
        self._hashes = np.zeros((0, 32), np.uint8)
        for index in indexes:
            marks = index.parts.marks
            vectors.append(marks.vectors)
            costs.append(marks.costs + MARK)
            self._hashes = np.concatenate([self._hashes, index.parts.hashes])
            for one in index.references:
                if one.kind is not AssetKind.LOGO:
                    own = one.appearance.regions.embeddings[:_LARGEST].astype(np.float32)
                    vectors.append(own)
                    costs.append(np.full(len(own), PICTURE, np.float32))
        kept = [one for one in vectors if len(one)]
        self._wanted = np.ascontiguousarray(np.concatenate(kept).T) if kept else None
        self._enough = np.concatenate(costs)

    def suspected(self, looks: Looks) -> NDArray[np.bool_]:
        """Of each picture, whether it may show one of the references."""
        found = np.zeros(len(looks), bool)
        if len(self._hashes) and len(looks):
            flat = looks.hashes.reshape(-1, 32)
            near = distances(flat, self._hashes).min(axis=1) <= copies.SAME_HASH
            found |= near.reshape(-1, looks.hashes.shape[1]).any(axis=1)
        likely = self.likely(looks.vectors)
        found[np.unique(np.searchsorted(looks.starts, likely, side="right") - 1)] = True
        return found

    def likely(self, vectors: NDArray[np.float16]) -> NDArray[np.int64]:
        """The rows of (n, d) vectors that resemble a reference enough."""
        if self._wanted is None or vectors.shape[1] != len(self._wanted):
            return np.zeros(0, np.int64)
        found = [np.zeros(0, np.int64)]
        space = np.empty((min(_AT_ONCE, len(vectors)), vectors.shape[1]), np.int32)
        for start in range(0, len(vectors), _AT_ONCE):
            some = vectors[start : start + _AT_ONCE]
            hits = single(some, space[: len(some)]) @ self._wanted >= self._enough
            found.append(np.unique(np.flatnonzero(hits) // len(self._enough)) + start)
        return np.concatenate(found)


def single(halves: NDArray[np.float16], space: NDArray[np.int32]) -> NDArray[np.float32]:
    """Finite numbers of half precision in single precision, exactly, in the `space` for as many: the sign
    stays in front, the rest moves to where single precision has it, and the exponents differ by 112. numpy's
    own conversion takes several times as long, and longer than the product that it is for.
    """
    np.copyto(space, halves.view(np.int16))
    np.left_shift(space, 13, out=space)
    np.bitwise_and(space, np.int32(-0x7000_2000), out=space)
    singles = space.view(np.float32)
    np.multiply(singles, np.float32(2.0**112), out=singles)
    return singles
