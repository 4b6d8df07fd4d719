"""Real shop titles, and real names of other brands: how often a listing is said to impersonate somebody.

Another brand's name may be one that the detector's lexicon has. So the same titles are judged again with
those names left out: first of what excuses a word, then of all that the lexicon makes of its names, which
tells coined words from slips too. Names of which no word list has a word are told apart: new brands are like
them.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from unittest import mock

from benchmarks.figure import Figure
from benchmarks.registry import registry, registry_of_shops
from benchmarks.titles import TITLES, opening_with, titles
from benchmarks.tracing import key_of, peers, suspected
from detector.judge import Judge
from detector.listing import Listing
from detector.text import lexicon
from detector.text.index import MarkIndex

NAME = "false_alarms"
NEEDS = (TITLES,)

_NAMES = 2_000
_PEER_SAMPLE = 200


def measure(data: Path) -> Iterator[Figure]:
    """Shares of listings with an impersonation reason, none of which impersonates as far as is known."""
    rng = random.Random(21)
    judge = Judge(registry(data))
    rows = titles(data)
    yield _figure(judge, "shop titles with an impersonation reason", 0.003, [(t, None) for t, _ in rows], rng)
    yield _figure(
        judge,
        "genuine titles with their brand in the brand field and in the title",
        0.005,
        [(title, brand) for title, brand in rows if brand and brand in title],
        rng,
    )
    protected = {key_of(name) for brand in registry(data) for name in brand.names()}
    lines = (files("detector.text") / "data" / "genuine_names.txt").read_text("utf-8").splitlines()
    others = rng.sample([name for name in lines if name.isascii() and key_of(name) not in protected], _NAMES)
    opened = [(opening_with(name, *rng.choice(rows)), None) for name in others]
    yield _figure(judge, "titles that open with another genuine brand's name", 0.01, opened, rng)
    unknown = {key_of(name) for name in others} | {w for name in others for w in lexicon.name_words(name)}
    judge.index = MarkIndex.build(registry(data), genuine=lexicon.genuine_words() - unknown)
    yield _figure(judge, "the same, with those names excused no longer", 0.01, opened, rng)
    with _forgotten(others):
        judge.index = MarkIndex.build(registry(data))
        yield _figure(judge, "the same, with those names left out of the whole lexicon", 0.01, opened, rng)
        unheard = [
            title
            for title, name in zip(opened, others, strict=True)
            if all(lexicon.rarity(word) == lexicon.UNKNOWN for word in lexicon.name_words(name))
        ]
        yield _figure(judge, "of these, names of which no word list has a word", 0.01, unheard, rng)
    judge.index = MarkIndex.build(registry(data))
    unregistered = [
        (t, None) for t, brand in rows if brand and t.startswith(brand) and key_of(brand) not in protected
    ]
    yield _figure(judge, "shop titles that open with a brand outside the registry", 0.01, unregistered, rng)
    crowded = Judge(registry_of_shops(data))
    yield _figure(
        crowded,
        "shop titles, every brand of theirs in the registry too",
        0.003,
        [(title, None) for title, _ in rows],
        rng,
    )
    yield _figure(
        crowded,
        "genuine titles with their brand in the brand field and in the title, the same registry",
        0.005,
        [(title, brand) for title, brand in rows if brand and brand in title],
        rng,
    )


@contextmanager
def _forgotten(names: Iterable[str]) -> Iterator[None]:
    """The lexicon as if it had never had these names, nor others that share a rare word with them."""
    keys = {key_of(name) for name in names}
    rare = {word for name in names for word in lexicon.name_words(name) if lexicon.is_unheard(word)}
    left = tuple(words for words in lexicon._names() if rare.isdisjoint(words) and "".join(words) not in keys)
    made_of_names = (lexicon.whole_names, lexicon.genuine_words, lexicon._trigrams, lexicon.is_word)
    try:
        with mock.patch.object(lexicon, "_names", return_value=left):
            for made in made_of_names:
                made.cache_clear()
            yield
    finally:
        for made in made_of_names:
            made.cache_clear()


def _figure(
    judge: Judge, name: str, target: float, cases: Sequence[tuple[str, str | None]], rng: random.Random
) -> Figure:
    flagged: dict[str, None] = {}
    hits = 0
    for title, brand in cases:
        found = suspected(judge, Listing(id="1", title=title, brand=brand))
        if found:
            hits += 1
            flagged[f"{title[:40]} -> {', '.join(sorted(found))}"] = None
    some = rng.sample(cases, min(_PEER_SAMPLE, len(cases)))
    return Figure(
        NAME,
        name,
        hits,
        len(cases),
        target=target,
        at_most=True,
        peers=tuple(
            (peer, sum(bool(near(title)) for title, _ in some) / len(some))
            for peer, near in peers(judge.brands.values()).items()
        ),
        misses=tuple(flagged),
    )
