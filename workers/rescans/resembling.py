"""Which of many pictures may show what some brands gave pictures of, told from hashes and vectors alone."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from detector.image import copies
from detector.image.hashes import distances
from detector.image.references import ReferenceIndex
from detector.sighting import AssetKind, References
from workers.shards.codes import Codes
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
BY_CODES = 0.05
"""How much less like a reference a vector may seem by its codes, for the vector itself to be asked. Of 432
pairs of a photo and a brand that vectors propose it keeps 417, and loses none of the 101 in which the judge
finds the mark; with nothing to spare it would keep some 400, and with all lists of codes looked at 430."""
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
        self._wanted = np.concatenate(kept or [vectors[0]])
        self._enough = np.concatenate(costs)

    def suspected(self, looks: Looks) -> NDArray[np.bool_]:
        """Of each picture, whether it may show one of the references."""
        found = np.zeros(len(looks), bool)
        if len(self._hashes) and len(looks):
            flat = looks.hashes.reshape(-1, 32)
            near = distances(flat, self._hashes).min(axis=1) <= copies.SAME_HASH
            found |= near.reshape(-1, looks.hashes.shape[1]).any(axis=1)
        likely = self.likely(looks.vectors, looks.codes)
        found[np.unique(np.searchsorted(looks.starts, likely, side="right") - 1)] = True
        return found

    def likely(self, vectors: NDArray[np.float16], codes: Codes | None = None) -> NDArray[np.int64]:
        """The rows of (n, d) vectors that resemble a reference enough; where there are `codes` of them, of
        those that come near by these alone.
        """
        if not len(self._wanted) or vectors.shape[1] != self._wanted.shape[1]:
            return np.zeros(0, np.int64)
        about = self._enough - BY_CODES
        if codes is None or about.min() <= 0:
            return self._of_all(vectors)
        return self._confirmed(vectors, *codes.near(self._wanted, about))

    def _of_all(self, vectors: NDArray[np.float16]) -> NDArray[np.int64]:
        found = [np.zeros(0, np.int64)]
        columns = np.ascontiguousarray(self._wanted.T)
        space = np.empty((min(_AT_ONCE, len(vectors)), vectors.shape[1]), np.int32)
        for start in range(0, len(vectors), _AT_ONCE):
            some = vectors[start : start + _AT_ONCE]
            hits = single(some, space[: len(some)]) @ columns >= self._enough
            found.append(np.unique(np.flatnonzero(hits) // len(self._enough)) + start)
        return np.concatenate(found)

    def _confirmed(
        self, vectors: NDArray[np.float16], which: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Of the rows that are paired with references those that resemble theirs by the vectors, rising."""
        found = np.zeros(len(rows), bool)
        space = np.empty((min(_AT_ONCE, len(rows)), vectors.shape[1]), np.int32)
        for start in range(0, len(rows), _AT_ONCE):
            here = slice(start, start + _AT_ONCE)
            some = single(vectors[rows[here]], space[: len(rows[here])])
            alike = np.einsum("ij,ij->i", some, self._wanted[which[here]])
            found[here] = alike >= self._enough[which[here]]
        kept: NDArray[np.int64] = np.unique(rows[found])
        return kept


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
