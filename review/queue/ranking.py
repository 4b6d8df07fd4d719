"""In which order cases are looked at: probability × harm × reach, doubled with every three days of waiting.

The logarithm of that grows with time alike for all, so that the order of two cases never changes while they
wait: a case's rank is computed when it comes in, and an index over it is the queue.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

import orjson

from detector.listing import Listing

DOUBLES_IN = timedelta(days=3)
"""How long a case waits until it counts twice."""
NO_HARM = "none"
_TELLS_OF_BUYERS = frozenset({"sold", "sales", "orders", "reviews", "ratings", "views", "watchers"})
"""Attributes in which marketplaces say how many people have met a listing."""
_MOST_BUYERS = 10**7


@dataclass(frozen=True, slots=True)
class Harm:
    """What a fake of this kind does to people. Words stand at the beginning of a word, where the script has
    such.
    """

    name: str
    weight: float
    why: str
    words: re.Pattern[str]


def rank(probability: float, harm: float, reach: float, opened: datetime) -> float:
    """The higher, the sooner. A probability of 0 counts as one in ten thousand."""
    worth = max(probability, 1e-4) * harm * reach
    return math.log2(worth) - opened.timestamp() / DOUBLES_IN.total_seconds()


def harm_of(listing: Listing, brand_categories: Iterable[str] = ()) -> tuple[str, float]:
    """The worst that the goods can do, by what they are filed under, and by the title where that is all.

    The brand's own categories count where the listing has none: a maker of batteries sells bags too.
    """
    said = [listing.category] if listing.category else [listing.title, *brand_categories]
    text = unicodedata.normalize("NFKC", " / ".join(said)).casefold()
    found = (harm for harm in harms().values() if harm.words.search(text))
    worst = max(found, key=lambda harm: harm.weight, default=None)
    return (worst.name, worst.weight) if worst else (NO_HARM, 1.0)


def reach_of(listing: Listing) -> float:
    """1 where nobody is known to have met the listing, 2 for ten, 3 for a hundred."""
    said = (value for name, value in listing.attributes.items() if name.casefold() in _TELLS_OF_BUYERS)
    met = max(map(int, filter(re.compile(r"[0-9]{1,11}").fullmatch, said)), default=0)
    return 1 + math.log10(1 + min(met, _MOST_BUYERS))


@cache
def harms() -> Mapping[str, Harm]:
    """By their names, as `harms.json` gives them."""
    rows = orjson.loads((files("review.queue") / "harms.json").read_bytes())
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
