"""Real imitation names, put where the brand stands in real titles: how many are traced to the right brand.

Each imitation opens three titles drawn by a seed. One is an everyday word where each of its words is one in a
million or more in a large language (wordfreq's lists), which is another rule than the detector's. Those that
only copy a look have no name to match.

Everyday words count only on the brand's goods. What a brand makes is learnt from its own titles, as
`benchmarks/goods.py` says, and the imitation is put into others of its titles; brands without titles are left
out there. As few imitations are left, more are composed: everyday words an edit away from a shop's brand. A
last figure says what knowing the goods costs in false alarms.
"""

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rapidfuzz.distance import OSA
from wordfreq import get_frequency_dict

from benchmarks.everyday import EVERYDAY_FROM, is_everyday
from benchmarks.figure import Figure
from benchmarks.goods import Maker, makers
from benchmarks.registry import registry, registry_of_shops
from benchmarks.titles import TITLES, opening_with, titles
from benchmarks.tracing import key_of, peers, suspected
from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing

NAME = "imitations"
IMITATIONS = "text/imitations.csv"
NEEDS = (IMITATIONS, TITLES)

_TITLES_EACH = 3
_SHORTEST, _WORDS_EACH = 5, 2

Shares = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A title in which an imitation stands for the brand."""

    brand: str
    imitation: str
    title: str


def measure(data: Path) -> Iterator[Figure]:
    """Traced of the imitations that are no everyday word; of the others, with and without the brand's goods;
    and the titles that are flagged where goods are known."""
    rng = random.Random(20)
    cases = [row for row in _rows(data) if row["kind"] != "trade_dress_only"]
    sample = titles(data)
    coined: list[Case] = []
    everyday: list[Case] = []
    for row in cases:
        known = everyday if is_everyday(row["imitation"]) else coined
        for title, brand in rng.sample(sample, _TITLES_EACH):
            text = opening_with(row["imitation"], title, brand)
            known.append(Case(row["brand"], row["imitation"], text))
    plain = Judge(registry(data))
    everyone = peers(registry(data)).items()
    shares = tuple(
        (p, sum(key_of(c.brand) in near(c.title) for c in coined) / len(coined)) for p, near in everyone
    )
    yield _traced("no everyday word, traced to the right brand", plain, coined, 0.85, shares)
    yield _traced("everyday words, any goods", plain, everyday)
    brands = registry_of_shops(data)
    theirs = {key_of(maker.brand.name): maker for maker in makers(data, brands)}
    knowing = Judge([theirs[key].knowing() if (key := key_of(b.name)) in theirs else b for b in brands])
    unknowing = Judge(brands)
    on_goods = [
        case
        for row in cases
        if is_everyday(row["imitation"]) and (maker := theirs.get(key_of(row["brand"])))
        for case in _on_goods(maker, row["imitation"], rng)
    ]
    if on_goods:
        yield _traced("everyday words, on the brand's own goods", knowing, on_goods)
    words = _everyday_words(brands)
    composed = [
        case
        for maker in theirs.values()
        for word in _near(key_of(maker.brand.name), words)
        for case in _on_goods(maker, word, rng)
    ]
    name = "composed: everyday words an edit from a shop's brand, on its own goods"
    if composed:
        peer = _traced("", unknowing, composed).share
        yield _traced(name, knowing, composed, peers=(("the same, goods not known", peer),))
    alarms = _alarms(knowing, sample)
    yield Figure(
        NAME,
        "shop titles with an impersonation reason, where goods are known",
        len(alarms),
        len(sample),
        0.003,
        at_most=True,
        peers=(("the same, goods not known", len(_alarms(unknowing, sample)) / len(sample)),),
        misses=tuple(dict.fromkeys(alarms)),
    )


def _traced(
    name: str, judge: Judge, cases: list[Case], target: float | None = None, peers: Shares = ()
) -> Figure:
    missed = [
        f"{case.brand}: {case.imitation}"
        for case in cases
        if key_of(case.brand) not in suspected(judge, Listing(id="1", title=case.title))
    ]
    hits = len(cases) - len(missed)
    return Figure(NAME, name, hits, len(cases), target, peers=peers, misses=tuple(dict.fromkeys(missed)))


def _alarms(judge: Judge, sample: list[tuple[str, str]]) -> list[str]:
    judged = ((title, suspected(judge, Listing(id="1", title=title))) for title, _ in sample)
    return [f"{title[:40]} -> {', '.join(sorted(found))}" for title, found in judged if found]


def _on_goods(maker: Maker, imitation: str, rng: random.Random) -> Iterator[Case]:
    for title in rng.sample(maker.titles, min(_TITLES_EACH, len(maker.titles))):
        yield Case(maker.brand.name, imitation, opening_with(imitation, title, maker.brand.name))


def _everyday_words(brands: Iterable[Brand]) -> list[str]:
    """Everyday English words that are nobody's name, the commonest first."""
    names = {key_of(name) for brand in brands for name in brand.names()}
    known = get_frequency_dict("en")
    common = (word for word, share in known.items() if share >= EVERYDAY_FROM and word.isalpha())
    return sorted((word for word in common if word not in names), key=lambda word: -known[word])


def _near(key: str, words: Iterable[str]) -> Iterator[str]:
    """The first two of the words that are an edit away from a name of five letters or more."""
    near = (word for word in words if OSA.distance(word, key, score_cutoff=1) == 1)
    return islice(near, _WORDS_EACH) if len(key) >= _SHORTEST else iter(())


def _rows(data: Path) -> list[dict[str, str]]:
    with (data / IMITATIONS).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
