"""The names that a registry protects, folded once so that texts can be compared with them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from anyascii import anyascii

from detector.brand import Brand
from detector.text import lexicon
from detector.text.folding import fold
from detector.text.tokens import words_of

SHORTEST_EDITED = 4
"""Names with fewer letters are found as they are, never by edits: nearly any short word is near them."""

_COMMON = 480
_ARTICLE = re.compile(r"^the\s+(?=\S+\s+\S)", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling that a brand answers to. `key` is it folded, without what separates its `words`.

    `everyday` names are ordinary words or very short: a mention of one says little by itself. `rarity` is
    that of the rarest word (see `lexicon.rarity`), ten times rarer for each further word. `gaps` are the
    places in the key where the owner writes a space or a sign; `words` also part where a capital follows a
    small letter.
    """

    brand: str
    mark: str
    key: str
    words: tuple[str, ...]
    everyday: bool
    rarity: int
    gaps: frozenset[int] = frozenset()

    @property
    def famous(self) -> bool:
        """Whether people write of it, so that others imitate it."""
        return not self.everyday and lexicon.is_famous_name(self.key)

    @property
    def edits(self) -> int:
        """How many edits may lie between the name and what is looked at as its imitation."""
        if len(self.key) < SHORTEST_EDITED or not self.key.isascii() or self.key.isdigit():
            return 0
        return 1 if len(self.key) < 6 else 2


def names_of(brands: Iterable[Brand]) -> Iterator[Name]:
    """Every name of every brand; those that are nothing but signs are left out."""
    for brand in brands:
        seen: set[tuple[str, ...]] = set()
        names = sorted(brand.names().items(), key=lambda name: not name[1])
        spelt = [(mark, one, common) for mark, common in names for one in (mark, _on_any_keyboard(mark))]
        shorter = [
            (mark, short, common) for mark, common in names if (short := without_article(mark)) != mark
        ]
        for mark, spelling, common in (*spelt, *shorter):
            words = tuple(words_of(fold(_CAMEL.sub(" ", spelling)).plain.text))
            written = words_of(fold(spelling).plain.text)
            key = "".join(words)
            # Adidas, ADIDAS and adidas are one name: said thrice, it would count thrice.
            if not key or (form := tuple(written)) in seen:
                continue
            seen.add(form)
            everyday = (
                common
                or _is_everyday(written, key)
                or (spelling == without_article(mark) != mark and all(map(lexicon.is_word, written)))
            )
            gaps = frozenset(ends_of(written))
            yield Name(brand.id, mark, key, words, everyday, _rarity(words, key), gaps)


def without_article(mark: str) -> str:
    """The name as shoppers say it, of two words or more: North Face."""
    return _ARTICLE.sub("", mark)


def _on_any_keyboard(mark: str) -> str:
    """The name as those write it who have no Ø, Ł or Æ."""
    latin = all(unicodedata.name(c, "").startswith("LATIN") for c in mark if c.isalpha())
    return anyascii(mark) if latin and not mark.isascii() else mark


def ends_of(words: Sequence[str]) -> Iterator[int]:
    """Where in the words joined each one ends, the last left out."""
    return accumulate(map(len, words[:-1]))


def distinctive_parts(name: Name) -> Iterator[Name]:
    """The words by which shoppers know a name of several words: Vuitton, not Louis."""
    if len(name.words) > 1:
        for word in name.words:
            if (
                len(word) >= 6
                and word.isalpha()
                and not lexicon.is_word(word)
                and 530 < lexicon.rarity(word) <= lexicon.COMMON
            ):
                yield Name(name.brand, name.mark, word, (word,), False, lexicon.rarity(word))


def _is_everyday(words: list[str], key: str) -> bool:
    if (len(key) <= 3 and key.isascii()) or lexicon.is_word(key):
        return True
    return len(words) == 2 and all(
        lexicon.is_word(word) and lexicon.rarity(word) <= _COMMON for word in words
    )


def _rarity(words: tuple[str, ...], key: str) -> int:
    return min(lexicon.rarity(key), max(map(lexicon.rarity, words)) + 100 * (len(words) - 1))
