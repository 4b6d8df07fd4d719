"""What letters are taken for one another: by the eye, by the ear, and by the fingers on a keyboard."""

import re
from collections.abc import Sequence
from functools import cache

_VOWELS = "aeiouy"
_SEEN = [
    "bd",
    "ce",
    "co",
    "eo",
    "uv",
    "vw",
    "nr",
    "hn",
    "mn",
    "gq",
    "il",
    "ij",
    "jl",
    "il1",
    "o0",
    "s5",
    "b8",
    "g9",
    "z2",
    "a4",
    "e3",
    "t7",
    "b6",
    "gy",
    "pq",
    "dq",
    "ft",
    "lt",
    "it",
    "uw",
    "yv",
    "xk",
    "oq",
    "d0",
    "kx",
    "hb",
    "cg",
]
_HEARD = [
    "ck",
    "cs",
    "sz",
    "bp",
    "dt",
    "gk",
    "fv",
    "bv",
    "vw",
    "jg",
    "iy",
    "kq",
    "mn",
    "lr",
    "xs",
    "fp",
    "cz",
    "kx",
    "hk",
]
_RUN_TOGETHER = {
    "m": ("rn", "nn"),
    "w": ("vv", "uv"),
    "d": ("cl", "dl"),
    "k": ("lc",),
    "b": ("lb",),
    "h": ("lh",),
}
_SPELT = {"f": ("ph",), "k": ("ck", "qu", "kh"), "x": ("ks",), "u": ("oo", "ou"), "i": ("ee",), "t": ("th",)}
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_OTHER_ROWS = (
    ("1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"),
    ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"),
)

SEEN, HEARD, TYPED, VOWEL = "looks like", "sounds like", "beside on the keyboard", "vowel"


def _pairs(groups: list[str]) -> set[tuple[str, str]]:
    return {(a, b) for group in groups for a in group for b in group if a != b}


def _neighbours(rows: Sequence[str]) -> set[tuple[str, str]]:
    keys = {
        key: (row, column + row * 0.4) for row, line in enumerate(rows) for column, key in enumerate(line)
    }
    return {
        (a, b)
        for a, (row_a, at_a) in keys.items()
        for b, (row_b, at_b) in keys.items()
        if a != b and abs(row_a - row_b) <= 1 and abs(at_a - at_b) <= 1.1
    }


@cache
def slipped() -> frozenset[tuple[str, str]]:
    """Letters that are taken for one another without meaning to: keys that lie beside each other on an
    English, a German or a French keyboard, and vowels."""
    keys = {pair for rows in (_ROWS, *_OTHER_ROWS) for pair in _neighbours(rows)}
    return frozenset(keys | {(a, b) for a in _VOWELS for b in _VOWELS if a != b})


@cache
def beside() -> dict[str, str]:
    """For each key those that lie beside it on an English keyboard."""
    table: dict[str, str] = {}
    for one, other in sorted(_neighbours(_ROWS)):
        table[one] = table.get(one, "") + other
    return table


@cache
def likeness() -> dict[tuple[str, str], tuple[float, str]]:
    """What it costs to take one letter for another, where that is less than for any two letters, and why."""
    table = dict.fromkeys(_neighbours(_ROWS), (0.6, TYPED))
    table |= {(a, b): (0.5, VOWEL) for a in _VOWELS for b in _VOWELS if a != b}
    table |= dict.fromkeys(_pairs(_HEARD), (0.5, HEARD))
    table |= dict.fromkeys(_pairs(_SEEN), (0.35, SEEN))
    return table


@cache
def digraphs() -> dict[tuple[str, str], tuple[float, str]]:
    """What two letters cost that stand for one, either way round."""
    table = {(two, one): (0.5, HEARD) for one, twos in _SPELT.items() for two in twos}
    table |= {(two, one): (0.35, SEEN) for one, twos in _RUN_TOGETHER.items() for two in twos}
    return table | {(one, two): priced for (two, one), priced in table.items()}


_SPOKEN = (
    (re.compile("qu?e$|ck|kh|q|c(?![eiyh])"), "k"),
    (re.compile("ph"), "f"),
    (re.compile("x"), "ks"),
    (re.compile("c(?=[eiy])|z"), "s"),
    (re.compile("th"), "t"),
    (re.compile("ee|ea|ie|y"), "i"),
    (re.compile("oo|ou"), "u"),
    (re.compile(r"(.)\1+"), r"\1"),
)


def spoken(word: str) -> str:
    """A Latin word by its sound: orbeek and orbique are one, and so are hekswat and hexwatt."""
    for pattern, sound in _SPOKEN:
        word = pattern.sub(sound, word)
    return word
