"""Text made comparable, with a map from every folded character back to the original."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from detector.result import Span
from detector.text.lookalikes import LEET, looks_like

_MARKS_OF_TRADE = frozenset("®©™℠")
_VOWEL_POINTS = (("\u0591", "\u05c7"), ("\u0610", "\u061a"), ("\u064b", "\u065f"), ("\u0670", "\u0670"))
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Hangul letters that show nothing; Unicode counts them as letters."""
_RIGHT_TO_LEFT_OVERRIDE = "\u202e"
_ENDS_OVERRIDE = "\u202c\n\u2029"
_LEET_SIGNS = "@$€£!|+"
_LEET_INSIDE = re.compile(
    r"(?<=[^\W_])[@$!|+](?=[^\W_])|(?<![^\W_])[@$€£|](?=[^\W\d_]{2})|(?<=[^\W_]{2})[$@]{1,2}(?![^\W_$@])"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text. `origins[i]` is the index in the original of folded character `i`; None: all of
    them."""

    text: str
    origins: Sequence[int] | None
    reordered: bool = False

    def span(self, start: int, end: int) -> Span:
        """The part of the original that folded characters `start` to `end` came from; `end` is after
        `start`."""
        if self.origins is None:
            return start, end
        places = self.origins[start:end]
        return min(places), max(places) + 1

    def turned(self, start: int, end: int) -> bool:
        """Whether folded characters `start` to `end` are shown in the opposite order."""
        return self.origins is not None and self.reordered and self.origins[start] > self.origins[end - 1]


@dataclass(frozen=True, slots=True)
class Folded:
    """The ways to read one text.

    `plain` is in lower case without accents, in its own scripts. `look` has every character replaced by the
    Latin letters it is taken for, and `leet` has signs inside words read as letters; None where that changes
    nothing.
    """

    plain: Reading
    look: Reading | None = None
    leet: Reading | None = None


def fold(text: str) -> Folded:
    """Fold a text: case, width, styled alphabets (NFKC), accents, invisible and combining characters,
    overrides.

    Plain ASCII, which is most of what shops write, comes back as it is in lower case.
    """
    if text.isascii():
        plain = Reading(text.lower(), None)
        return Folded(plain, None, _leet(plain))
    plain, seen = reading(text, _plain), reading(text, look)
    return Folded(plain, seen if seen.text != plain.text else None, _leet(seen))


def reading(text: str, read: Callable[[str], str]) -> Reading:
    """The text with every character read so, in the order in which a reader sees them."""
    letters: list[str] = []
    origins: list[int] = []
    for at in _as_shown(text):
        folded = read(text[at])
        letters.append(folded)
        origins.extend([at] * len(folded))
    return Reading("".join(letters), origins, _RIGHT_TO_LEFT_OVERRIDE in text)


def is_leet(text: str) -> bool:
    """Whether a sign stands in a text where it is read as a letter."""
    return bool(_LEET_INSIDE.search(text))


def _leet(reading: Reading) -> Reading | None:
    if not any(sign in reading.text for sign in _LEET_SIGNS):
        return None
    read = _LEET_INSIDE.sub(lambda sign: sign[0].translate(LEET), reading.text)
    return Reading(read, reading.origins, reading.reordered) if read != reading.text else None


def _as_shown(text: str) -> Iterable[int]:
    """The indexes of the characters in the order in which a reader sees them: an override turns Latin
    round."""
    if _RIGHT_TO_LEFT_OVERRIDE not in text:
        return range(len(text))
    order: list[int] = []
    at = 0
    while at < len(text):
        if text[at] != _RIGHT_TO_LEFT_OVERRIDE:
            order.append(at)
            at += 1
            continue
        end = at + 1
        while end < len(text) and text[end] not in _ENDS_OVERRIDE:
            end += 1
        order.extend(range(end - 1, at, -1))
        at = end
    return order


def is_vowel_point(character: str) -> bool:
    """Whether it is a vowel sign that Hebrew or Arabic may write or leave out."""
    return any(first <= character <= last for first, last in _VOWEL_POINTS)


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    if character in _MARKS_OF_TRADE:
        return " "
    folded = unicodedata.normalize("NFKC", character).casefold()
    return "".join(kept for c in folded for kept in _without_accents(c))


@lru_cache(maxsize=20_000)
def look(character: str) -> str:
    """The Latin letters that a character is taken for, else itself as it is compared."""
    if character.isascii() or character in _MARKS_OF_TRADE:
        return _plain(character)
    if character in "ßẞ":
        return "b"
    # Case matters to the eye: a capital Ν is an N, a small ν a v.
    wide = unicodedata.normalize("NFKC", character)
    if wide[:1] == " ":  # accents that stand alone come apart into a space and themselves
        return looks_like(character) or _plain(character)
    return "".join(looks_like(c) or "".join(looks_like(f) or f for f in _plain(c)) for c in wide).lower()


def _without_accents(character: str) -> str:
    if _is_invisible(character):
        return ""
    decomposed = unicodedata.normalize("NFD", character)
    # Hangul comes apart into letters, and kana and Indic signs change their sound: these stay whole.
    return decomposed[0] if len(decomposed) > 1 and ord(decomposed[0]) < 0x590 else character


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    if category in ("Mn", "Me"):
        return is_vowel_point(character) or not 0x0591 <= ord(character) < 0x1100
    if character in _FILLERS:
        return True
    return category in ("Cf", "Cc", "Cs", "Cn", "Co") and character not in "\t\n\r"
