"""What ordinary words and genuine names there are: a token that is one of them needs no other explanation."""

import gzip
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

import msgpack
import numpy as np
import numpy.typing as npt

from detector.text.tables import rows

COMMON, UNKNOWN = 600, 10_000
"""Rarities, in hundredths of powers of ten: a word in a million, and one that no list has."""

FAMOUS, _MEANT, _HEARD, _DATED = 600, 640, 700, 780

_LATIN = ("small_es", "small_fr", "small_de", "small_it", "small_pt", "small_nl")
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly")


@lru_cache(maxsize=100_000)
def rarity(word: str) -> int:
    """-100 * log10 of the share of a folded word in the texts of the large language that uses it most."""
    return min(_english().get(word, UNKNOWN), _foreign().get(word, UNKNOWN))


@lru_cache(maxsize=100_000)
def is_word(word: str) -> bool:
    """Whether a folded token is an everyday word: in an English dictionary and in use, or so in another
    language.

    A word that another language uses six times as often as English is its own, where it names no brand.
    """
    if len(word) < 3:
        return True
    english, foreign = _english().get(word, UNKNOWN), _foreign().get(word, UNKNOWN)
    if english <= COMMON and _in_dictionary(word):
        return True
    return foreign <= 550 and foreign + 80 <= english and word not in whole_names()


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


def is_ordinary(word: str) -> bool:
    """Whether a token is a word that its writer meant: in use in any language, or a rare one of a
    dictionary, or of this detector's own phrases ('uyumlu' is Turkish for compatible)."""
    if word in _said():
        return True
    rare = rarity(word)
    return rare <= _MEANT or (rare <= _DATED and _in_dictionary(word)) or is_word(word)


@cache
def _said() -> frozenset[str]:
    """The longer words of the phrases by which sellers say what goods fit, are or pretend to be."""
    said = [row["phrase"] for row in rows("contexts.tsv")]
    said += [row["term"].rstrip("*") for row in rows("counterfeit_terms.tsv")]
    return frozenset(word for phrase in said for word in name_words(phrase) if len(word) > 4)


def is_accented_word(text: str) -> bool:
    """Whether a text as it is written, accents and all, is a word of a large language: `médium`, not
    `mèdįum`."""
    return rarity(unicodedata.normalize("NFC", text).casefold()) <= _HEARD


def is_unheard(word: str) -> bool:
    """Whether hardly anybody ever wrote a token."""
    return rarity(word) > _HEARD and not _in_dictionary(word)


def is_better_known(word: str, name: str) -> bool:
    """Whether people write a word more often than a name, so that it is hardly the name's imitation: netware,
    not Nextware."""
    return rarity(word) < min(rarity(name), UNKNOWN)


def is_famous_name(word: str, rarest: int = FAMOUS) -> bool:
    """Whether a word is no word of any dictionary and yet often written: a name that the world knows."""
    return rarity(word) <= rarest and not _in_dictionary(word) and not is_word(word)


def oddness(word: str) -> float:
    """How unlike a word or a name the letters a to z of a word are: nats a letter under a trigram model.

    Coined names lie at 2.0 to 2.9, what a slip of the fingers leaves of a name mostly beyond 2.6.
    """
    codes = [0, 0, *(ord(letter) - 96 for letter in word), 0]
    table = _trigrams()
    total = sum(table[a, b, c] for a, b, c in zip(codes, codes[1:], codes[2:], strict=False))
    return float(total) / (len(word) + 1)


@cache
def _trigrams() -> npt.NDArray[np.float64]:
    """-log of the chance of each letter after two others, over dictionary and names; 0 is a word's end.

    Each order is smoothed by the one below it (Jelinek and Mercer, 1980), with five imagined letters.
    """
    known = (word for word in _dictionary() | genuine_words() if word.isascii() and word.isalpha())
    text = np.frombuffer(("``" + "``".join(known) + "``").encode(), dtype=np.uint8).astype(np.int64) - 96
    threes = np.bincount(text[:-2] * 729 + text[1:-1] * 27 + text[2:], minlength=27**3).reshape(27, 27, 27)
    threes[:, 0, 0] = 0
    twos = threes.sum(axis=0)
    ones = twos.sum(axis=0)
    one = (ones + 1) / (ones.sum() + 27)
    two = (twos + 5 * one) / (twos.sum(axis=1, keepdims=True) + 5)
    three = (threes + 5 * two) / (threes.sum(axis=2, keepdims=True) + 5)
    return np.asarray(-np.log(three))


_OF_SCRIPT = {
    "CYRILLIC": ("ru", "uk", "bg"),
    "GREEK": ("el",),
    "ARABIC": ("ar", "fa"),
    "HEBREW": ("he",),
    "DEVANAGARI": ("hi",),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "CJK": ("zh", "ja"),
    "HANGUL": ("ko",),
}


def is_word_of_its_script(written: str) -> bool:
    """Whether a text in another script than Latin, as it is written, is a word of a language that uses it."""
    return rarity_in_its_script(written) is not None


def rarity_in_its_script(written: str) -> int | None:
    """The `rarity` of a text in another script than Latin in the language that uses it most; None where none
    of those that use the script has it for a common word."""
    word = unicodedata.normalize("NFC", written).casefold()
    languages = _OF_SCRIPT.get(unicodedata.name(word[:1], "").split(" ")[0].split("-")[0], ())
    known = [rare for language in languages if (rare := _script_words(language).get(word)) is not None]
    return min(known, default=None)


@cache
def _script_words(language: str) -> dict[str, int]:
    return {word: rare for word, rare in _words(f"small_{language}").items() if rare <= COMMON}


@cache
def _dictionary() -> frozenset[str]:
    """Webster's New International Dictionary, second edition (1934, public domain), which knows no modern
    brand, and the few words for things that it is too old to know."""
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


def name_words(name: str) -> list[str]:
    """The folded words of a name."""
    from detector.text.folding import fold
    from detector.text.tokens import words_of

    return words_of(fold(name).plain.text)


@cache
def _names() -> tuple[tuple[str, ...], ...]:
    from detector.text.folding import fold
    from detector.text.tokens import words_of

    text = (files("detector.text") / "data" / "genuine_names.txt").read_text("utf-8")
    return tuple(tuple(words_of(line)) for line in fold(text).plain.text.split("\n"))
