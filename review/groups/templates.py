"""Texts that come from one template: the same but for numbers, codes and the name that is abused."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from detector.listing import Listing

_WORDS_OF_TITLE = 4
"""A shorter title is anybody's."""
_WORDS_OF_SENTENCE = 8
_LETTERS = 40
"""Of a sentence in a script without spaces half of it is enough."""
_MOST_SENTENCES = 5
_LONGEST = 20_000
_ENDS = re.compile(r"[.!?。！？؟\n\r•|]+")
_CODE = re.compile(r"\S*\d\S*")
_NO_WORD = re.compile(r"[^\w#*]+")


def title_template(title: str, found: Iterable[str]) -> str | None:
    """The title without what was `found` in it, numbers and punctuation; None where little is left."""
    plain = _plain(title, found)
    return plain if len(re.findall(r"[^\W\d_]+", plain)) >= _WORDS_OF_TITLE else None


def sentences(listing: Listing, found: Iterable[str]) -> Iterator[str]:
    """The longest sentences of the description, in the same way."""
    names = list(found)
    plain = {_plain(one, names): None for one in _ENDS.split(listing.description[:_LONGEST])}
    telling = [one for one in plain if _tells(one)]
    yield from sorted(telling, key=lambda one: (-len(one), one))[:_MOST_SENTENCES]


def _tells(sentence: str) -> bool:
    letters = sum(map(str.isalpha, sentence))
    wide = sum(unicodedata.east_asian_width(char) == "W" for char in sentence)
    return (sentence.count(" ") + 1 >= _WORDS_OF_SENTENCE and letters >= _LETTERS) or wide >= _LETTERS // 2


def _plain(text: str, found: Iterable[str]) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    for name in found:
        plain = plain.replace(unicodedata.normalize("NFKC", name).casefold(), " * ")
    return " ".join(_NO_WORD.sub(" ", _CODE.sub(" # ", plain)).split())
