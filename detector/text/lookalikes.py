"""What a shopper's eye takes for a letter: Unicode look-alikes, leet, and pairs of letters that run
together."""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_NAMED = re.compile(
    r"LATIN (?:(?:SMALL|CAPITAL) )?LETTER "
    r"(?:SMALL CAPITAL |SCRIPT |OPEN |REVERSED |TURNED |DOTLESS )*([A-Z])(?: WITH .*)?"
)
_BOXED = re.compile(r"(?:NEGATIVE )?(?:SQUARED|CIRCLED|PARENTHESIZED) LATIN (?:CAPITAL|SMALL) LETTER ([A-Z])")
_REGIONAL = 0x1F1E6

LEET = str.maketrans("@$!|+€£¥", "asilt" + "ely")
"""Signs that stand for a letter inside a word, as in `Ad!das` or `$amsung`; digits are left to `skeleton`."""

_REPEATED = re.compile(r"(.)\1+")
_PAIRS = re.compile("rn|cl")
_RUN_TOGETHER = {"rn": "m", "cl": "d"}
_CLASSES = str.maketrans("0134578|!@$+ijq269", "oleastbllastllgzgg")


@cache
def _table() -> dict[str, str]:
    lines = (files("detector.text") / "data" / "lookalikes.tsv").read_text("utf-8").splitlines()
    return {c: look for c, look, _ in (line.split("\t") for line in lines if not line.startswith("#"))}


@lru_cache(maxsize=50_000)
def looks_like(character: str) -> str:
    """The Latin letters or digits that one folded character is taken for; empty where it is like none."""
    if character.isascii():
        return character if character.isalnum() else ""
    if _REGIONAL <= ord(character) < _REGIONAL + 26:
        return chr(ord("a") + ord(character) - _REGIONAL)
    name = unicodedata.name(character, "")
    found = _NAMED.fullmatch(name) or _BOXED.fullmatch(name)
    return found[1].lower() if found else _table().get(character, "")


def skeleton(word: str) -> str:
    """A word with all that looks alike made equal: two words with one skeleton pass for each other at a
    glance.

    After the skeletons of UTS #39, with the pairs and digits that shoppers miss beside them, and letters that
    repeat counted once.
    """
    merged = _PAIRS.sub(lambda pair: _RUN_TOGETHER[pair[0]], _REPEATED.sub(r"\1", word.replace("vv", "w")))
    return merged.translate(_CLASSES)
