"""Registries and catalogues of any size, invented but shaped like real ones, the same for the same seed."""

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from wordfreq import top_n_list

from benchmarks.registry import simple_icons

_ORDER = 3


def brand_names(count: int, seed: int = 1) -> list[str]:
    """Real names first, then invented ones that run through letters as the real ones do."""
    real = list(dict.fromkeys(name for brand in simple_icons() for name in brand.names()))
    rng = random.Random(seed)
    followers: defaultdict[str, list[str]] = defaultdict(list)
    for name in real:
        padded = "^" * _ORDER + name + "$"
        for start in range(len(name) + 1):
            followers[padded[start : start + _ORDER]].append(padded[start + _ORDER])
    names = dict.fromkeys(real[:count])
    while len(names) < count:
        name = "^" * _ORDER
        while not name.endswith("$") and len(name) < 30:
            name += rng.choice(followers[name[-_ORDER:]])
        name = name[_ORDER:].rstrip("$").strip()
        if len(name) >= 4:
            names[name] = None
    return list(names)


def listings(count: int, names: list[str], seed: int = 1) -> Iterator[dict[str, Any]]:
    """Listings of text alone: a title of 5 to 12 words, a description of 20 to 40 in sentences, a
    category.

    A third names a brand openly; one of a hundred names it with two letters exchanged.
    """
    rng = random.Random(seed)
    words, upto = _vocabulary()
    for number in range(count):
        title = [word.capitalize() for word in rng.choices(words, cum_weights=upto, k=rng.randint(5, 12))]
        fate = rng.random()
        if fate < 1 / 3:
            title.insert(0, _exchanged(rng.choice(names), rng) if fate < 0.01 else rng.choice(names))
        yield {
            "id": f"L{number}",
            "title": " ".join(title),
            "description": _description(words, upto, rng),
            "category": "Home > Other",
        }


def descriptions(count: int, seed: int = 1) -> list[str]:
    """Descriptions of 20 to 40 words as those of `listings`, for titles that have none."""
    rng = random.Random(seed)
    words, upto = _vocabulary()
    return [_description(words, upto, rng) for _ in range(count)]


def _vocabulary() -> tuple[list[str], list[float]]:
    """English words, and how likely it is that one up to each is drawn."""
    words = top_n_list("en", 20_000)
    return words, list(accumulate(1 / (rank + 20) for rank in range(len(words))))


def _description(words: list[str], upto: list[float], rng: random.Random) -> str:
    return " ".join(_sentence(rng.choices(words, cum_weights=upto, k=10)) for _ in range(rng.randint(2, 4)))


def _sentence(words: list[str]) -> str:
    return " ".join(words).capitalize() + "."


def _exchanged(name: str, rng: random.Random) -> str:
    at = rng.randrange(max(len(name) - 1, 1))
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
