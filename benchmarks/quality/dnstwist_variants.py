"""Misspellings that an independent generator makes of registered names, each opening a real title."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import confusable_homoglyphs.confusables as uts39
import dnstwist

from benchmarks.figure import Figure
from benchmarks.registry import registry
from benchmarks.titles import TITLES, opening_with, titles
from benchmarks.tracing import Peer, key_of, peers, suspected
from detector.judge import Judge
from detector.listing import Listing

NAME = "dnstwist"
NEEDS = (TITLES,)

_NAMES = 200
_EACH, _ALIKE_EACH = 50, 5
_PEER_SAMPLE = 500
_SKIPPED = frozenset({"*original", "tld-swap", "various", "dictionary"})
"""These change what stands around the name in an address, not the name."""


def measure(data: Path) -> Iterator[Figure]:
    """Variants traced to their name: fifty of each name drawn from all that dnstwist makes, which are mostly
    look-alike characters; then one of each kind, so that every kind counts the same; then each kind, and
    look-alike characters, alone."""
    rng = random.Random(22)
    judge = Judge(registry(data))
    everyone = peers(registry(data))
    rows = titles(data)
    keys = sorted(
        {b.name for b in judge.brands.values() if b.name.isascii() and b.name.isalpha() and len(b.name) >= 6}
    )
    names = rng.sample(keys, _NAMES)
    by_kind: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    texts: list[tuple[str, str]] = []
    for name in names:
        variants = _variants(name.lower())
        for kind, variant in rng.sample(variants, min(_EACH, len(variants))):
            text = opening_with(variant, *rng.choice(rows))
            traced = key_of(name) in suspected(judge, Listing(id="1", title=text))
            by_kind[kind].append((name, variant, traced))
            texts.append((key_of(name), text))
    outcomes = [case for cases in by_kind.values() for case in cases]
    yield Figure(
        NAME,
        "variants of 200 names of 6 letters or more, as many of a kind as dnstwist makes",
        sum(traced for *_, traced in outcomes),
        len(outcomes),
        target=0.98,
        peers=_shares(everyone, rng.sample(texts, min(_PEER_SAMPLE, len(texts)))),
    )
    evenly = [
        (name, rng.choice(of_kind)) for name in names for of_kind in _kinds(_variants(name.lower())).values()
    ]
    missed = _untraced(judge, evenly, rows, rng)
    opened = [
        (key_of(name), opening_with(variant, *rng.choice(rows)))
        for name, variant in rng.sample(evenly, min(_PEER_SAMPLE, len(evenly)))
    ]
    yield Figure(
        NAME,
        "the same names, one variant of each kind",
        len(evenly) - len(missed),
        len(evenly),
        target=0.98,
        peers=_shares(everyone, opened),
        misses=missed,
    )
    for kind, cases in by_kind.items():
        missed = tuple(f"{name}: {variant}" for name, variant, traced in cases if not traced)
        yield Figure(NAME, f"of the first, {kind}", len(cases) - len(missed), len(cases), misses=missed)
    alike = [
        (name, made) for name in names for _ in range(_ALIKE_EACH) if (made := _look_alike(name, rng)) != name
    ]
    missed = _untraced(judge, alike, rows, rng)
    yield Figure(
        NAME,
        "look-alike characters alone (UTS #39)",
        len(alike) - len(missed),
        len(alike),
        target=0.995,
        misses=missed,
    )


def _shares(everyone: Mapping[str, Peer], some: Sequence[tuple[str, str]]) -> tuple[tuple[str, float], ...]:
    """How many of the texts each peer traces to the name beside them."""
    return tuple(
        (p, sum(brand in near(text) for brand, text in some) / len(some)) for p, near in everyone.items()
    )


def _untraced(
    judge: Judge, cases: list[tuple[str, str]], rows: Sequence[tuple[str, str]], rng: random.Random
) -> tuple[str, ...]:
    """The names and variants, each opening a real title, that were not traced to the name."""
    return tuple(
        f"{name}: {variant}"
        for name, variant in cases
        if key_of(name)
        not in suspected(judge, Listing(id="1", title=opening_with(variant, *rng.choice(rows))))
    )


def _variants(name: str) -> list[tuple[str, str]]:
    """All that dnstwist makes of a name, with the kind of each: mostly characters that look alike."""
    fuzzer = dnstwist.Fuzzer(f"{name}.com")
    fuzzer.generate()
    found: dict[str, str] = {}
    for made in fuzzer.domains:
        variant = made["domain"].removesuffix(".com").encode().decode("idna")
        if made["fuzzer"] not in _SKIPPED and variant != name:
            found.setdefault(variant, made["fuzzer"])
    return sorted((kind, variant) for variant, kind in found.items())


def _kinds(variants: list[tuple[str, str]]) -> dict[str, list[str]]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, variant in variants:
        by_kind[kind].append(variant)
    return by_kind


def _look_alike(name: str, rng: random.Random) -> str:
    """The name with one to three of its letters replaced by characters that UTS #39 calls confusable with
    them."""
    letters = list(name)
    for at in rng.sample(range(len(letters)), rng.randint(1, 3)):
        known = uts39.is_confusable(letters[at], greedy=True, preferred_aliases=[])
        alike = [a["c"] for found in known or [] for a in found["homoglyphs"] if len(a["c"]) == 1]
        if alike:
            letters[at] = rng.choice(sorted(alike))
    return "".join(letters)
