"""Whether a text that folds to a mark is the mark as anyone would write it, or made to pass a filter."""

import unicodedata
from functools import lru_cache

from detector.result import Span
from detector.text.folding import Reading, fold, is_vowel_point
from detector.text.lookalikes import LEET
from detector.text.mention import Likeness
from detector.text.names import Name
from detector.text.tokens import is_tight, words_of

_AROUND = 60
_HONEST = frozenset("®©™℠ªº·–—’‘´")


def disguise(text: str, span: Span, name: Name, reading: Reading, turned: bool) -> tuple[Likeness, str]:
    """How the span of a text, which reads like a name, differs from it, and what a person should look at.

    `turned` says that its letters are shown in the opposite order. Case is no disguise, nor are accents that
    the name has and the text leaves out, nor wide letters among Chinese, Japanese or Korean ones.
    """
    found = text[span[0] : span[1]]
    around = text[max(0, span[0] - _AROUND) : span[1] + _AROUND]
    if found.isascii() and not reading.reordered:
        return _in_ascii(found, name.key)
    if turned:
        return Likeness.LOOKALIKE_CHARACTERS, "written backwards, shown forwards by a right-to-left override"
    among_wide = is_tight(around)
    characters = dict.fromkeys(unicodedata.normalize("NFC", found))
    odd = [c for c in characters if _is_odd(c, name.mark, among_wide)]
    if odd and all(unicodedata.category(c)[0] == "C" for c in odd):
        return Likeness.SPLIT_OR_PADDED, ", ".join(f"{_name(c)} inside" for c in odd)
    if odd:
        return Likeness.LOOKALIKE_CHARACTERS, ", ".join(map(_read_as, odd))
    return Likeness.EXACT, ""


@lru_cache(maxsize=20_000)
def _in_ascii(found: str, key: str) -> tuple[Likeness, str]:
    if "".join(words_of(found.lower())) == key:
        return Likeness.EXACT, ""
    return Likeness.LOOKALIKE_CHARACTERS, ", ".join(
        f"{c} for {c.translate(LEET)}" for c in found if ord(c) in LEET
    )


def _is_odd(character: str, mark: str, among_wide: bool) -> bool:
    if ord(character) in LEET and character not in mark:
        return True
    if character.isascii() or character in _HONEST or is_vowel_point(character):
        return False
    own = unicodedata.normalize("NFC", mark).casefold()
    if among_wide and unicodedata.east_asian_width(character) == "F":
        return False
    return character.casefold() not in own


def _read_as(character: str) -> str:
    folded = fold(character)
    read = (folded.look or folded.plain).text
    return f"{_name(character)} for {read}" if read else f"{_name(character)} added"


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}")
