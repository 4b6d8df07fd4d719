"""The names that a registry protects, folded once so that texts can be compared with them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detector.brand import Brand
from detector.text import lexicon
from detector.text.folding import fold
from detector.text.tokens import words_of

SHORTEST_EDITED = 4
"""Names with fewer letters are found as they are, never by their edits: nearly any short word is near them."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling that a brand answers to. `key` is it folded, without what separates its `words`.

    `everyday` names are ordinary words or very short: an exact mention of one says little by itself.
    """

    brand: str
    mark: str
    key: str
    words: tuple[str, ...]
    everyday: bool

    @property
    def edits(self) -> int:
        """How many edits may lie between the name and what imitates it."""
        if len(self.key) < SHORTEST_EDITED or not self.key.isalnum() or self.key.isdigit():
            return 0
        return 1 if len(self.key) < 6 else 2


def names_of(brands: Iterable[Brand]) -> Iterator[Name]:
    """Every name of every brand; those that are nothing but signs are left out."""
    for brand in brands:
        for mark, common in brand.names().items():
            words = tuple(words_of(fold(_CAMEL.sub(" ", mark)).plain.text))
            key = "".join(words)
            if key:
                ordinary = common or len(key) <= 3 or all(map(lexicon.is_word, words))
                yield Name(brand.id, mark, key, words, ordinary)
