"""What ordinary words and genuine names there are: a token that is one of them needs no other explanation."""

import gzip
from functools import cache
from importlib.resources import files

import msgpack

_LATIN = ("small_es", "small_fr", "small_de", "small_it", "small_pt", "small_nl")
_RARE = 600
"""In hundredths of powers of ten below certainty: words rarer than one in a million are typing errors too often."""


@cache
def latin_words() -> dict[str, int]:
    """Words of large languages in Latin letters, each with -100 * log10 of its share of all text.

    Source: wordfreq (Speer, 2022), read from its files because importing its tokenisers takes longer than a scan
    may take to begin.
    """
    words: dict[str, int] = {}
    for name in ("large_en", *_LATIN):
        for rarity, listed in enumerate(_read(name)):
            if rarity > _RARE:
                break
            for word in listed:
                if words.get(word, 999) > rarity:
                    words[word] = rarity
    return words


def _read(name: str) -> list[list[str]]:
    data = (files("wordfreq") / "data" / f"{name}.msgpack.gz").read_bytes()
    buckets: list[list[str]] = msgpack.unpackb(gzip.decompress(data), raw=False)[1:]
    return buckets


@cache
def genuine_names() -> frozenset[str]:
    """Words of genuine brand names the world over, folded (name-suggestion-index, BSD-3-Clause)."""
    from detector.text.folding import fold

    lines = (files("detector.text") / "data" / "genuine_names.txt").read_text("utf-8").splitlines()
    words: set[str] = set()
    for line in lines:
        parts = "".join(c if c.isalnum() else " " for c in fold(line).plain.text.replace("'", "")).split()
        words.update(parts)
        words.add("".join(parts))
    return frozenset(words)


def is_known(word: str) -> bool:
    """Whether a folded token is an ordinary word or a word of a genuine name."""
    return word in latin_words() or word in genuine_names()


def is_word(word: str) -> bool:
    """Whether a folded token is an ordinary word of a large language."""
    return word in latin_words()
