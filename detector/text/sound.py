"""Names written as they sound in another script: найк, アディダス, 아디다스, نايك."""

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import lru_cache
from typing import Self

from anyascii import anyascii
from rapidfuzz.distance import Levenshtein

from detector.text import lexicon
from detector.text.mention import Likeness
from detector.text.names import Name
from detector.text.shelves import shelved
from detector.text.wording import Hit

_VOWELS = frozenset("aeiou")
_CONSONANT = re.compile("[^aeiouy]+")
_LONGEST = 24
_SHORTEST = 3
_SOUNDS = (
    (re.compile("tch|sch|sh|ch|zh"), "S"),
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("x|ks"), "ks"),
    (re.compile("[qck]+h?"), "k"),
    (re.compile("[szj]+"), "s"),
    (re.compile("[wvb]+"), "b"),
    (re.compile("[lr]+"), "r"),
    (re.compile("[td]+"), "t"),
    (re.compile("[fp]+"), "p"),
    (re.compile("gh?"), "g"),
    (re.compile("[mn]+"), "n"),
    (re.compile("[aeiouyh' ]+"), ""),
)
_LIPS = re.compile("[bvw]+")
_TELLS_B_FROM_V = re.compile("[бвБВ]")
_VOWEL_SHARE = 0.25
"""How much of a name its vowels may change: what another script writes for them differs most."""

_UNKNOWN_NAME = 0.1
"""A name that the world hardly knows has to sound the same: it is hardly written in other scripts."""


class Sounds:
    """The names of a registry by their consonants."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._by_consonants = shelved({}, (), _heard(names))
        self._cache: dict[str, tuple[Hit, ...]] = {}

    def changed(self, gone: Sequence[Name], come: Sequence[Name]) -> Self:
        """The sounds of another registry, which lacks brands whose names are `gone` and has those that have
        `come`.
        """
        other = copy(self)
        other._by_consonants = shelved(self._by_consonants, _heard(gone), _heard(come))
        other._cache = {}
        return other

    def of(self, written: str) -> tuple[Hit, ...]:
        """The names that a word of another script, as it is written, sounds like."""
        hits = self._cache.get(written)
        if hits is None:
            if len(self._cache) >= 50_000:
                self._cache.clear()
            hits = self._cache[written] = tuple(self._heard(written))
        return hits

    def _heard(self, written: str) -> Iterator[Hit]:
        if not _SHORTEST <= len(written) <= _LONGEST:
            return
        latin = re.sub("[^a-z]", "", anyascii(written).lower())
        named: Sequence[Name] = self._by_consonants.get(consonants(latin), ()) if len(latin) > 2 else ()
        if _TELLS_B_FROM_V.search(written):
            named = [name for name in named if _lips(name.key) == _lips(latin)]
        if not named:
            return
        share, _, key = min((_apart(latin, name.key), name.rarity, name.key) for name in named)
        if share > 1 or (_differs(latin, key) and lexicon.is_word_of_its_script(written)):
            return
        for name in named:
            if name.key == key and (name.famous or share <= _UNKNOWN_NAME):
                yield Hit(name, Likeness.OTHER_SCRIPT, 0.97 - 0.12 * share, False, f"reads {latin}")


def _heard(names: Iterable[Name]) -> Iterator[tuple[str, Name]]:
    """The names that are written by ear in other scripts, by their consonants."""
    for name in names:
        if name.key.isascii() and name.key.isalpha() and len(name.key) > 3 and not name.everyday:
            yield consonants(name.key), name


@lru_cache(maxsize=50_000)
def consonants(word: str) -> str:
    """The consonants of a Latin word by how other scripts tell them apart: l and r are one, so are b, v and
    w."""
    sounds = word
    for pattern, sound in _SOUNDS:
        sounds = pattern.sub(sound, sounds)
    return ("a" if word[:1] in _VOWELS else "") + sounds


def _lips(word: str) -> list[str]:
    """Where a word has b and where v, which Cyrillic tells apart: в looks like B, but nobody reads it so."""
    return ["b" if found[0][0] == "b" else "v" for found in _LIPS.finditer(word)]


def _differs(latin: str, key: str) -> bool:
    """Whether a word that a language has is its own: шанель is in Russian lists for the brand, дома is not
    Tina."""
    return len(key) < 5 or Levenshtein.distance(latin, key) > len(key) // 3


def _apart(latin: str, key: str) -> float:
    """The share of the allowed difference between the vowels of a transliteration and of a name."""
    mine, theirs = (_CONSONANT.sub("", word) for word in (latin, key))
    return 0.35 * Levenshtein.distance(mine, theirs) / max(1.0, _VOWEL_SHARE * len(key))
