"""Words within two edits of a word, at a cost that hardly grows with how many words there are."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

_PREFIX = 8


class DeleteIndex:
    """Symmetric deletes (Garbe, 2012): two words within k edits share what is left after at most k deletions
    each.

    Only the first eight letters are taken apart, so a word adds at most 37 entries of twelve bytes, however
    long it is. What shares a remainder is verified by optimal string alignment.
    """

    def __init__(self, words: Sequence[str], allowed: Sequence[int]) -> None:
        """`allowed[i]` is how many edits, 0 to 2, may lie between `words[i]` and what `near` is asked for."""
        self._words = words
        self._allowed = allowed
        hashes: list[int] = []
        counts: list[int] = []
        for word, edits in zip(words, allowed, strict=True):
            left = _deletes(word, edits)
            hashes.extend(map(hash, left))
            counts.append(len(left))
        keys = np.array(hashes, dtype=np.int64)
        owners = np.repeat(np.arange(len(words), dtype=np.int32), counts)
        order = np.argsort(keys, kind="stable")
        self._keys: npt.NDArray[np.int64] = keys[order]
        self._owners: npt.NDArray[np.int32] = owners[order]

    def near(self, word: str, edits: int = 2) -> Iterator[tuple[str, int]]:
        """The words within their allowed edits of `word`, in their order, and how many edits apart they
        are."""
        if not len(self._keys):
            return
        wanted = np.fromiter(map(hash, _deletes(word, edits)), dtype=np.int64)
        wanted.sort()  # so that each search goes on near the one before
        starts = self._keys.searchsorted(wanted)
        found = (self._keys.take(starts, mode="clip") == wanted).nonzero()[0]
        ends = self._keys.searchsorted(wanted[found], "right")
        owners: set[int] = set()
        for start, end in zip(starts[found].tolist(), ends.tolist(), strict=True):
            owners.update(self._owners[start:end].tolist())
        for owner in sorted(owners):
            most = min(edits, self._allowed[owner])
            apart = OSA.distance(word, self._words[owner], score_cutoff=most)
            if apart <= most:
                yield self._words[owner], apart


def _deletes(word: str, edits: int) -> set[str]:
    start = word[:_PREFIX]
    kept = {start}
    for deleted in range(1, min(edits, len(start) - 1) + 1):
        for left in combinations(start, len(start) - deleted):
            kept.add("".join(left))
    return kept
