"""Texts taken apart into words."""

import re
from collections.abc import Sequence

_TIGHT = (
    r"\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_ASCII = re.compile(r"[a-z0-9]+")
_ANY = re.compile(rf"[{_TIGHT}]+|[^\W_{_TIGHT}]+")
_TIGHT_CHARACTER = re.compile(rf"[{_TIGHT}]")
_APOSTROPHES = re.compile("['’`´]")

Token = tuple[str, int, int]
"""A word of a folded text, where it starts in it and where it ends."""


def tokens_of(folded: str) -> list[Token]:
    """Runs of letters and digits; scripts written without spaces between words are runs of their own."""
    pattern = _ASCII if folded.isascii() else _ANY
    return [(found[0], found.start(), found.end()) for found in pattern.finditer(folded)]


def words_of(folded: str) -> list[str]:
    """The words of a name; an apostrophe inside a word is no end of it."""
    return [text for text, _, _ in tokens_of(_APOSTROPHES.sub("", folded))]


def owners_of(folded: str, tokens: Sequence[Token]) -> list[Token]:
    """The words of a text as `words_of` has those of a name: victoria's is one. None if none says whose."""
    whole: list[Token] = []
    for word, start, end in tokens:
        if whole and word == "s" and start - whole[-1][2] == 1 and _APOSTROPHES.match(folded, start - 1):
            owner, began, _ = whole.pop()
            whole.append((owner + word, began, end))
        else:
            whole.append((word, start, end))
    return whole if len(whole) < len(tokens) else []


def lower(text: str) -> str:
    """Lower case of the same length, so that places hold: 'İ' alone would become two characters."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower()[0] for c in text)


def is_tight(word: str) -> bool:
    """Whether a word is of a script that writes its words without spaces between them."""
    return not word.isascii() and bool(_TIGHT_CHARACTER.search(word))
