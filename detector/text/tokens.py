"""Texts taken apart into words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TIGHT = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_ASCII = re.compile(r"[a-z0-9]+")
_ANY = re.compile(rf"[{_TIGHT}]+|[^\W_{_TIGHT}]+")
_TIGHT_WORD = re.compile(rf"[{_TIGHT}]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a folded text and where it stands in it."""

    text: str
    start: int
    end: int


def tokens_of(folded: str) -> Iterator[Token]:
    """Runs of letters and digits; scripts written without spaces are runs of their own."""
    for found in (_ASCII if folded.isascii() else _ANY).finditer(folded):
        yield Token(found[0], found.start(), found.end())


def words_of(folded: str) -> list[str]:
    """The texts of `tokens_of`; an apostrophe inside a word is no end of it."""
    return [token.text for token in tokens_of(folded.replace("'", "").replace("’", ""))]


def is_tight(word: str) -> bool:
    """Whether a word is of a script that writes its words without spaces between them."""
    return bool(_TIGHT_WORD.match(word))
