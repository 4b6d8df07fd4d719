"""What fakes do to people, by what goods are filed under: medicine, food, toys, what can burn."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import orjson

from detector.listing import Listing

NO_HARM = "none"


@dataclass(frozen=True, slots=True)
class Harm:
    """What a fake of this kind does to people. Words stand at the beginning of a word, where the script has
    such.
    """

    name: str
    weight: float
    why: str
    words: re.Pattern[str]


def harm_of(listing: Listing, brand_categories: Iterable[str] = ()) -> tuple[str, float]:
    """The worst that the goods can do, by what they are filed under, and by the title where that is all.

    The brand's own categories count where the listing has none: a maker of batteries sells bags too.
    """
    said = [listing.category] if listing.category else [listing.title, *brand_categories]
    text = unicodedata.normalize("NFKC", " / ".join(said)).casefold()
    found = (harm for harm in harms().values() if harm.words.search(text))
    worst = max(found, key=lambda harm: harm.weight, default=None)
    return (worst.name, worst.weight) if worst else (NO_HARM, 1.0)


@cache
def harms() -> Mapping[str, Harm]:
    """By their names, as `harms.json` gives them."""
    rows = orjson.loads((files("detector") / "data" / "harms.json").read_bytes())
    return {row["harm"]: Harm(row["harm"], row["weight"], row["why"], _any_of(row["words"])) for row in rows}


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    plain = [unicodedata.normalize("NFKC", word).casefold() for word in words]
    # Chinese and Japanese have no spaces: there a word stands anywhere.
    return re.compile(
        "|".join(re.escape(word) if _is_cjk(word) else rf"\b{re.escape(word)}" for word in plain)
    )


def _is_cjk(word: str) -> bool:
    return any(
        unicodedata.name(char, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL")) for char in word
    )
