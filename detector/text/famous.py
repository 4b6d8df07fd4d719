"""Famous names that a far-off word still brings to mind: `obibos`, `dasadi`, `Haagon Bozs`."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHAPES = str.maketrans("eiouydpqgckmrhwzxf", "aaaaabbbkkknnnvsst")
"""Vowels are one letter here, and so are the round ones, the arched ones and those that sound alike."""


class FamousNames:
    """Names by their outline. There are a thousand or two, however large the registry, so all are looked
    at."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` are folded names."""
        self._keys = sorted(keys, key=len)
        self._outlines = [key.translate(_SHAPES) for key in self._keys]
        self._anagrams: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            self._anagrams["".join(sorted(key))].append(key)

    def resembling(self, word: str) -> Iterator[str]:
        """The names that have nearly the outline of a word."""
        most = max(2, len(word) // 3)
        outline = word.translate(_SHAPES)
        first = bisect_left(self._outlines, len(outline) - most, key=len)
        last = bisect_right(self._outlines, len(outline) + most, key=len)
        some = self._outlines[first:last]
        for _, _, at in process.extract_iter(outline, some, scorer=OSA.distance, score_cutoff=most):
            yield self._keys[first + at]

    def jumbled(self, word: str) -> Sequence[str]:
        """The names that have just the letters of a word, in another order."""
        return self._anagrams.get("".join(sorted(word)), ())
