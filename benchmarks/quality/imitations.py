"""Real imitation names, put where the brand stands in real titles: how many are traced to the right brand.

Each imitation opens three titles drawn by a seed. One is an everyday word where each of its words is one in a
million or more in a large language (wordfreq's lists), which is another rule than the detector's. Those that
only copy a look have no name to match.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from wordfreq import get_frequency_dict

from benchmarks.figure import Figure
from benchmarks.registry import registry
from benchmarks.titles import TITLES, opening_with, titles
from benchmarks.tracing import key_of, peers, suspected
from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing

NAME = "imitations"
IMITATIONS = "text/imitations.csv"
NEEDS = (IMITATIONS, TITLES)

_EVERYDAY_FROM = 1e-6
_LANGUAGES = ("en", "es", "fr", "de", "it", "pt")
_TITLES_EACH = 3
_GOODS = {
    "Adidas": "Sneakers",
    "Chanel": "Handbags",
    "Coca-Cola": "Drinks",
    "Louis Vuitton": "Handbags",
    "Prada": "Handbags",
    "Red Bull": "Drinks",
}
"""What these brands are known for, for the part that needs a category; the listing gets the same one."""


def measure(data: Path) -> Iterator[Figure]:
    """Traced of the imitations that are no everyday word, and of the others with and without their
    category."""
    rng = random.Random(20)
    cases = [row for row in _rows(data) if row["kind"] != "trade_dress_only"]
    sample = titles(data)
    plain = Judge(registry(data))
    knowing = Judge([_with_goods(brand) for brand in registry(data)])
    judged: list[tuple[str, str, bool, bool, bool]] = []
    written: list[tuple[str, str]] = []
    for row in cases:
        everyday = _is_everyday(row["imitation"])
        for title, brand in rng.sample(sample, _TITLES_EACH):
            text = opening_with(row["imitation"], title, brand)
            expected = key_of(row["brand"])
            goods = _GOODS.get(row["brand"])
            judged.append(
                (
                    row["brand"],
                    row["imitation"],
                    everyday,
                    expected in suspected(plain, Listing(id="1", title=text)),
                    expected in suspected(knowing, Listing(id="1", title=text, category=goods)),
                )
            )
            if not everyday:
                written.append((expected, text))
    found = [traced for *_, everyday, traced, _ in judged if not everyday]
    yield Figure(
        NAME,
        "no everyday word, traced to the right brand",
        sum(found),
        len(found),
        target=0.85,
        peers=tuple(
            (name, sum(brand in peer(text) for brand, text in written) / len(written))
            for name, peer in peers(registry(data)).items()
        ),
        misses=tuple(
            dict.fromkeys(f"{b}: {i}" for b, i, everyday, traced, _ in judged if not everyday and not traced)
        ),
    )
    for name, column in (
        ("everyday words, brand without categories", 3),
        ("everyday words, on the brand's goods", 4),
    ):
        some = [case[column] for case in judged if case[2]]
        if some:
            missed = tuple(dict.fromkeys(f"{c[0]}: {c[1]}" for c in judged if c[2] and not c[column]))
            yield Figure(NAME, name, sum(map(bool, some)), len(some), misses=missed)


def _rows(data: Path) -> list[dict[str, str]]:
    with (data / IMITATIONS).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _is_everyday(imitation: str) -> bool:
    words = "".join(c if c.isalnum() else " " for c in imitation.lower()).split()
    lists = [get_frequency_dict(language) for language in _LANGUAGES]
    return all(any(known.get(word, 0) >= _EVERYDAY_FROM for known in lists) for word in words)


def _with_goods(brand: Brand) -> Brand:
    goods = _GOODS.get(brand.name)
    return brand.model_copy(update={"categories": (goods,)}) if goods else brand
