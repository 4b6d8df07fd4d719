"""Words within two edits of a word, at a cost that hardly grows with how many words there are."""

from array import array
from collections.abc import Collection, Iterator, Sequence
from copy import copy
from itertools import combinations, compress
from typing import Self

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
        self._words, self._allowed = list(words), list(allowed)
        self._keys, self._owners = _entries(words, allowed)

    def changed(self, gone: Collection[str], words: Sequence[str], allowed: Sequence[int]) -> Self:
        """Another index, without the words that are gone and with these, which are none of those that stay.

        It costs a pass over the arrays, not the taking apart of every word.
        """
        if not self._words:
            return type(self)(words, allowed)
        stays = np.array([word not in gone for word in self._words], dtype=np.bool_)
        other = copy(self)
        other._words = [*compress(self._words, stays), *words]
        other._allowed = [*compress(self._allowed, stays), *allowed]
        kept = stays[self._owners]
        places = np.cumsum(stays, dtype=np.int32) - np.int32(1)
        owners = places[self._owners[kept]]
        keys, fresh = _entries(words, allowed)
        at = (left := self._keys[kept]).searchsorted(keys)
        other._keys = np.insert(left, at, keys)
        other._owners = np.insert(owners, at, fresh + np.int32(stays.sum()))
        return other

    def near(self, word: str, edits: int = 2) -> Iterator[tuple[str, int]]:
        """The words within their allowed edits of `word`, in any order, and how many edits apart they are."""
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
        for owner in owners:
            most = min(edits, self._allowed[owner])
            apart = OSA.distance(word, self._words[owner], score_cutoff=most)
            if apart <= most:
                yield self._words[owner], apart


def _entries(
    words: Sequence[str], allowed: Sequence[int]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """What is left of the words after deletions, as hashes in their order, and the word that each is of."""
    hashes = array("q")  # as objects three million of them take 130 MB
    counts: list[int] = []
    for word, edits in zip(words, allowed, strict=True):
        left = _deletes(word, edits)
        hashes.extend(map(hash, left))
        counts.append(len(left))
    keys = np.frombuffer(hashes, dtype=np.int64) if hashes else np.empty(0, dtype=np.int64)
    owners = np.repeat(np.arange(len(words), dtype=np.int32), counts)
    order = np.argsort(keys, kind="stable")
    return keys[order], owners[order]


def _deletes(word: str, edits: int) -> set[str]:
    start = word[:_PREFIX]
    kept = {start}
    for deleted in range(1, min(edits, len(start) - 1) + 1):
        for left in combinations(start, len(start) - deleted):
            kept.add("".join(left))
    return kept
