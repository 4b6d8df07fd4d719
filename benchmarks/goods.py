"""What a brand makes, learnt from real titles that open with its name; nobody listed brands and goods."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log
from pathlib import Path

import orjson
from wordfreq import get_frequency_dict

from benchmarks.titles import TITLES
from benchmarks.tracing import key_of
from detector.brand import Brand
from detector.text.folding import fold
from detector.text.tokens import words_of

LISTINGS = "listings/listings.jsonl"

_FEWEST = 6
_WORDS = 3
_LEAST = 0.1
"""The share of a brand's titles that a word for its goods stands in, at least."""
_IN_USE = 1e-6


@dataclass(frozen=True, slots=True)
class Maker:
    """A brand with words for its goods, and titles of its own from which these were not learnt."""

    brand: Brand
    goods: tuple[str, ...]
    titles: tuple[str, ...]

    def knowing(self) -> Brand:
        return self.brand.model_copy(update={"categories": self.goods})


def makers(data: Path, brands: Iterable[Brand]) -> list[Maker]:
    """The brands that six or more titles open with. Goods are learnt from every other title of a brand: the
    words that stand in many of them and in few of the others."""
    own: dict[str, list[str]] = defaultdict(list)
    shares: Counter[str] = Counter()
    known = {brand.name.casefold(): brand for brand in brands}
    every = list(_titles(data))
    for title, maker in every:
        shares.update(set(_words(title)))
        if title.casefold().startswith(f"{maker.casefold()} "):
            own[maker.casefold()].append(title)
        elif not maker:
            words = title.casefold().split()
            named = [" ".join(words[:end]) for end in (3, 2, 1) if " ".join(words[:end]) in known]
            own[named[0] if named else ""].append(title)
    found: list[Maker] = []
    for name, titles in own.items():
        if name in known and len(titles) >= _FEWEST:
            goods = _goods(titles[::2], shares, len(every), key_of(name))
            if goods:
                found.append(Maker(known[name], goods, tuple(titles[1::2])))
    return found


def _goods(titles: list[str], everywhere: Mapping[str, int], total: int, key: str) -> tuple[str, ...]:
    in_use = get_frequency_dict("en")
    own = Counter(word for title in titles for word in set(_words(title)))
    worth = {
        word: count * log(count / len(titles) * total / everywhere[word])
        for word, count in own.items()
        if count >= max(2, _LEAST * len(titles)) and in_use.get(word, 0) >= _IN_USE and word not in key
    }
    return tuple(sorted(worth, key=lambda word: (-worth[word], word))[:_WORDS])


def _titles(data: Path) -> Iterable[tuple[str, str]]:
    """Titles with the shop's brand; those of `LISTINGS` have none, and open with it."""
    with (data / TITLES).open(encoding="utf-8", newline="") as file:
        yield from ((row["title"], row["brand"] or "?") for row in csv.DictReader(file))
    if (data / LISTINGS).exists():
        with (data / LISTINGS).open("rb") as lines:
            yield from ((orjson.loads(line)["title"], "") for line in lines)


def _words(title: str) -> Iterable[str]:
    return (word for word in words_of(fold(title).plain.text) if len(word) > 3 and word.isalpha())
