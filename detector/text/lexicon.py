"""What ordinary words and genuine names there are: a token that is one of them needs no other explanation."""

import gzip
from functools import cache
from importlib.resources import files

import msgpack

COMMON, UNCOMMON, UNKNOWN = 600, 700, 10_000
"""Rarities, in hundredths of powers of ten: a word in a million, in ten million, and one that no list has."""

_LATIN = ("small_es", "small_fr", "small_de", "small_it", "small_pt", "small_nl")
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly")


def rarity(word: str) -> int:
    """-100 * log10 of the share of a folded word in the texts of the large language that uses it most."""
    return min(_english().get(word, UNKNOWN), _foreign().get(word, UNKNOWN))


@cache
def is_word(word: str) -> bool:
    """Whether a folded token is an everyday word: in an English dictionary and in use, or so in another language.

    A word that another language uses six times as often as English is its own, where it names no brand.
    """
    if len(word) < 3:
        return True
    english, foreign = _english().get(word, UNKNOWN), _foreign().get(word, UNKNOWN)
    if english <= COMMON and _in_dictionary(word):
        return True
    return foreign <= 550 and foreign + 80 <= english and word not in whole_names()


def is_name(word: str) -> bool:
    """Whether a folded token is a genuine brand's name or a word of one."""
    return word in genuine_words()


def _in_dictionary(word: str) -> bool:
    dictionary = _dictionary()
    if word in dictionary:
        return True
    if word.endswith("ies") and word[:-3] + "y" in dictionary:
        return True
    stems = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
    return any(len(stem) > 2 and (stem in dictionary or stem + "e" in dictionary) for stem in stems)


@cache
def _english() -> dict[str, int]:
    return _words("large_en")


@cache
def _foreign() -> dict[str, int]:
    words: dict[str, int] = {}
    for name in _LATIN:
        for word, rare in _words(name).items():
            if words.get(word, UNKNOWN) > rare:
                words[word] = rare
    return words


def _words(name: str) -> dict[str, int]:
    """A word list of wordfreq (Speer, 2022), read from its file: importing its tokenisers takes too long."""
    data = (files("wordfreq") / "data" / f"{name}.msgpack.gz").read_bytes()
    buckets: list[list[str]] = msgpack.unpackb(gzip.decompress(data), raw=False)[1:]
    return {word: rare for rare, listed in enumerate(buckets) for word in listed}


@cache
def script_words(language: str) -> frozenset[str]:
    """The commoner words of one language, folded, for the scripts that tell their language."""
    from detector.text.folding import fold

    return frozenset(
        fold(word).plain.text for word, rare in _words(f"small_{language}").items() if rare <= COMMON
    )


@cache
def _dictionary() -> frozenset[str]:
    """Webster's New International Dictionary, second edition (1934, public domain), which knows no modern brand,
    and the few words for things that it is too old to know."""
    data = (files("detector.text") / "data" / "english.txt.gz").read_bytes()
    return frozenset(gzip.decompress(data).decode().split("\n"))


@cache
def whole_names() -> frozenset[str]:
    """Genuine brand names the world over, folded and without spaces (name-suggestion-index, BSD-3-Clause)."""
    return frozenset("".join(words) for words in _names())


@cache
def genuine_words() -> frozenset[str]:
    """`whole_names` and each of their words."""
    return whole_names().union(*map(frozenset, _names()))


@cache
def _names() -> tuple[tuple[str, ...], ...]:
    from detector.text.folding import fold
    from detector.text.tokens import words_of

    text = (files("detector.text") / "data" / "genuine_names.txt").read_text("utf-8")
    return tuple(tuple(words_of(line)) for line in fold(text).plain.text.split("\n"))
