"""A coarse, fast fold for lists of words: both the list and the text go through it, so that it may lose a lot.

Marks are matched by the finer fold of the mark index; here a word of a list has to survive 'r3plica', 'Réplica',
'ｒｅｐｌｉｃａ' and Cyrillic letters that look Latin, and a plain ASCII text must cost next to nothing.
"""

import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from detector.result import Span

_ALIKE = dict(zip("013457@$!|ı", "oleastasllı", strict=True)) | {"i": "l", "ı": "l"}
_ALIKE |= dict(zip("аеорсухкмтвніјѕԁҁαορτυνικ", "aeopcyxkmtbhljsdcaoptuvlk", strict=True))
_ALIKE |= dict.fromkeys("-_./·*\t\n\r,", " ")
_ASCII = {code: _ALIKE.get(chr(code).lower(), chr(code).lower()) for code in range(128)}


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
    starts = array("I", (at for at, piece in enumerate(folded) for _ in piece))
    return Skeleton(joined, starts)


@lru_cache(maxsize=20_000)
def _fold(char: str) -> str:
    if "가" <= char <= "힣":
        return char
    kept = (c for c in unicodedata.normalize("NFKD", char) if not _dropped(c))
    return "".join(_alike(c) for c in kept)


def _dropped(char: str) -> bool:
    """Invisible characters, and the accents and vowel points that these scripts also do without."""
    return (
        unicodedata.category(char) in {"Cf", "Cc"}
        and char not in "\t\n\r"
        or any(
            low <= char <= high
            for low, high in (
                ("\u0300", "\u036f"),
                ("\u0591", "\u05c7"),
                ("\u0610", "\u061a"),
                ("\u064b", "\u065f"),
                ("\ufe00", "\ufe0f"),
            )
        )
    )


def _alike(char: str) -> str:
    lower = char.lower()
    if lower in _ALIKE:
        return _ALIKE[lower]
    if not lower.isascii() and unicodedata.name(char, "").startswith(("LATIN", "NEGATIVE", "REGIONAL")):
        return "".join(_ALIKE.get(c, c) for c in anyascii(lower).lower() if c.isalnum())
    return lower
