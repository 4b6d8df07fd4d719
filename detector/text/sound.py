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
_SPELT = (
    (re.compile("qu"), "kv"),
    (re.compile("c(?=[eiy])"), "s"),
    (re.compile("ee|ea"), "i"),
    (re.compile("oo|ou"), "u"),
)
"""How Latin letters are heard, where others than themselves are written for them."""
_LIPS = re.compile("[bvw]+")
_LIQUIDS = re.compile("[lr]+")
_TELLS_B_FROM_V = re.compile("[бвБВ]")
_TELLS_NO_R = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Japanese, Chinese and Korean."""
_CYRILLIC_H = re.compile("[хХ]")
_VOWEL_SHARE = 0.25
"""How much of a name its vowels may change: what another script writes for them differs most."""

_SHORT_AND_UNKNOWN = 4
"""Letters of a name that the world hardly knows, which any word may sound like."""
_OWN_WORD = 15
"""Hundredths of a power of ten by which a word may be rarer than a name and still be its language's own."""
_OFTEN = 545
"""The rarity from which a language's lists hold foreign names as well as words."""


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
        found = list(self._sounding_like(written))
        if not found:
            return
        share, _, key, latin = min(one[:4] for one in found)
        if share > 1 or _is_its_own(written, latin, key):
            return
        same = any(_aloud(latin, written) == _aloud(spelling, written) for spelling in _spellings(key))
        known = same and len(key) > _SHORT_AND_UNKNOWN
        for name in {id(one[4]): one[4] for one in found if one[2] == key}.values():
            if known or name.famous:
                yield Hit(name, Likeness.OTHER_SCRIPT, 0.97 - 0.12 * share, False, f"reads {latin}")

    def _sounding_like(self, written: str) -> Iterator[tuple[float, int, str, str, Name]]:
        """How far apart the vowels are, the name's rarity and key, how the word is read, and the name."""
        for latin in _readings(written):
            sounds = consonants(latin)
            for name in self._by_consonants.get(sounds, ()):
                for spelling in _spellings(name.key):
                    if consonants(spelling) != sounds:
                        continue
                    if not _TELLS_B_FROM_V.search(written) or _lips(spelling) == _lips(latin):
                        yield _apart(latin, spelling), name.rarity, name.key, latin, name


def _heard(names: Iterable[Name]) -> Iterator[tuple[str, Name]]:
    """The names that are written by ear in other scripts, by their consonants."""
    for name in names:
        if name.key.isascii() and name.key.isalpha() and len(name.key) > 3 and not name.everyday:
            for sounds in dict.fromkeys(map(consonants, _spellings(name.key))):
                yield sounds, name


def _spellings(key: str) -> dict[str, None]:
    """A name letter by letter, and as it is heard."""
    heard = key
    for pattern, sound in _SPELT:
        heard = pattern.sub(sound, heard)
    return dict.fromkeys((key.replace("y", "i"), heard.replace("y", "i")))


def _readings(written: str) -> dict[str, None]:
    """A word of another script in Latin letters; х of Cyrillic is heard as h and as kh."""
    latin = re.sub("[^a-z]", "", anyascii(written).lower()).replace("y", "i").replace("dzh", "j")
    if len(latin) < _SHORTEST:
        return {}
    return dict.fromkeys((latin, latin.replace("kh", "h") if _CYRILLIC_H.search(written) else latin))


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


def _aloud(latin: str, written: str) -> str:
    """All sounds of a word in their order; l and r are one for those scripts alone that tell them apart
    badly."""
    apart = not _TELLS_NO_R.search(written)
    sounds = _LIQUIDS.sub(lambda found: {"l": "1", "r": "2"}[found[0][0]], latin) if apart else latin
    for pattern, sound in _SOUNDS[:-1]:
        sounds = pattern.sub(sound, sounds)
    return sounds.replace("h", "").replace("'", "")


def _is_its_own(written: str, latin: str, key: str) -> bool:
    """Whether a word that a language has is its own: one that people write more often than the name, or that
    differs much from it. шанель is in Russian lists for the brand, дома is not Tina and попал not PayPal."""
    rare = lexicon.rarity_in_its_script(written)
    if rare is None:
        return False
    return (
        rare < min(lexicon.rarity(key) + _OWN_WORD, _OFTEN)
        or len(key) < 5
        or Levenshtein.distance(latin, key) > len(key) // 3
    )


def _apart(latin: str, key: str) -> float:
    """The share of the allowed difference between the vowels of a transliteration and of a name."""
    mine, theirs = (_CONSONANT.sub("", word) for word in (latin, key))
    return 0.35 * Levenshtein.distance(mine, theirs) / max(1.0, _VOWEL_SHARE * len(key))
