"""Where a word may begin and end: at anything but a letter, and anywhere in scripts without spaces."""

from detector.result import Span

_UNSPACED = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uac00", "\ud7a3"),
)
"""Thai and Lao, Burmese, kana, Chinese characters; Hangul too, since its endings stick to the word."""

LONGEST_ENDING = 6
"""Letters that may follow a stem, written with `*` in the lists."""


def unspaced(char: str) -> bool:
    """Whether the character belongs to a script in which words follow each other without spaces."""
    return char > "\u0dff" and any(low <= char <= high for low, high in _UNSPACED)


def whole_word(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is no part of a longer word."""
    return _ends(text, start, start - 1) and _ends(text, end - 1, end)


def word_end(text: str, end: int) -> int:
    """Where the word ends that a stem up to `end` begins."""
    stop = end
    while stop < len(text) and text[stop].isalpha() and stop - end < LONGEST_ENDING:
        stop += 1
    return stop


def gap(one: Span, other: Span) -> int:
    """Characters between two spans, 0 where they touch or overlap."""
    return max(one[0] - other[1], other[0] - one[1], 0)


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def _ends(text: str, inner: int, beyond: int) -> bool:
    if not 0 <= beyond < len(text) or not text[inner].isalnum() or unspaced(text[inner]):
        return True
    return not text[beyond].isalnum() or unspaced(text[beyond])
