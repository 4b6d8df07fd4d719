"""A coarse, fast fold for lists of words: list and text both go through it, so that it may lose a lot.

Marks are matched by the finer fold of the mark index. Here a word of a list has to survive 'r3plica',
'Réplica', full-width or Cyrillic letters that look Latin, and a plain ASCII text must cost next to nothing.
"""

import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from detector.result import Span

_ALIKE = (
    dict(zip("013457@$!|iı", "oleastasllll", strict=True))
    | dict(zip("аеорсухкмтвніјѕԁҁαορτυνικ", "aeopcyxkmtbhljsdcaoptuvlk", strict=True))
    | dict.fromkeys("-_./·*\t\n\r,", " ")
)
_ASCII = {code: _ALIKE.get(chr(code).lower(), chr(code).lower()) for code in range(128)}
_POINTS = (
    ("\u0300", "\u036f"),
    ("\u0591", "\u05c7"),
    ("\u0610", "\u061a"),
    ("\u064b", "\u065f"),
    ("\ufe00", "\ufe0f"),
)
"""Accents, Hebrew and Arabic vowel points, variation selectors: what these scripts also do without."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A folded text. `starts` holds for each of its characters where it stood; None where nothing moved."""

    text: str
    starts: Sequence[int] | None = None

    def span(self, start: int, end: int) -> Span:
        """The span of the original that the folded characters [start, end) came from."""
        if self.starts is None:
            return start, end
        return self.starts[start], self.starts[end - 1] + 1


def skeleton(text: str) -> Skeleton:
    """Lower case, look-alikes of Latin letters as those, accents and invisible characters gone."""
    if text.isascii():
        return Skeleton(text.translate(_ASCII))
    folded = [_fold(char) for char in text]
    joined = "".join(folded)
    if len(joined) == len(text) and all(folded):
        return Skeleton(joined)
    return Skeleton(joined, array("I", (at for at, piece in enumerate(folded) for _ in piece)))


@lru_cache(maxsize=20_000)
def _fold(char: str) -> str:
    if "가" <= char <= "힣":
        return char
    return "".join(_alike(c) for c in unicodedata.normalize("NFKD", char) if not _invisible(c))


def _invisible(char: str) -> bool:
    if unicodedata.category(char) in {"Cf", "Cc"}:
        return char not in "\t\n\r"
    return any(low <= char <= high for low, high in _POINTS)


def _alike(char: str) -> str:
    lower = char.lower()
    if lower in _ALIKE:
        return _ALIKE[lower]
    if not lower.isascii() and unicodedata.name(char, "").startswith(("LATIN", "NEGATIVE", "REGIONAL")):
        return "".join(_ALIKE.get(c, c) for c in anyascii(lower).lower() if c.isalnum())
    return lower
