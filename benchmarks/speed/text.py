"""Text alone, a line of JSON to a line of JSON, against registries of 10,000 and 100,000 marks."""

import itertools
import os
import random
import resource
import time
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import orjson
from rapidfuzz import process
from rapidfuzz.distance import OSA

from benchmarks.measurement import Measurement
from benchmarks.registry import simple_icons
from benchmarks.titles import TITLES, titles
from benchmarks.tracing import key_of
from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.text.tokens import words_of

NAME = "text"

_LISTINGS, _WARMING = 10_000, 1_000
_PEER_LISTINGS = 50
_ADJECTIVES = 40
_SYLLABLES = [
    c + v + e
    for c in ["b", "c", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "tr", "st"]
    for v in "aeiou"
    for e in ("", "n", "r", "x")
]


def measure(data: Path | None = None) -> Iterator[Measurement]:
    """Listings a second of this process's own time, so that others on the machine don't count; how long an
    index takes to build, and what it weighs."""
    warming, lines = _lines(data)
    speeds: list[float] = []
    for marks in (10_000, 100_000):
        brands = registry_of(marks)
        before = _megabytes()
        started = time.perf_counter()
        judge = Judge(brands)
        built = time.perf_counter() - started
        for line in warming:
            judge.judge(Listing.model_validate(orjson.loads(line))).to_json()
        started = time.process_time()
        for line in lines:
            judge.judge(Listing.model_validate(orjson.loads(line))).to_json()
        speeds.append(len(lines) / (time.process_time() - started))
        yield Measurement(
            NAME,
            f"listings judged, {marks:,} marks",
            speeds[-1],
            "listings/s",
            target=5_000 if marks == 10_000 else speeds[0] / 2,
            peers=(("OSA <= 1 over every token", _peer(lines[:_PEER_LISTINGS], brands)),),
            note=f"{len(lines):,} titles, one process",
        )
        yield Measurement(NAME, f"index built, {marks:,} marks", built, "s", target=30, at_most=True)
        yield Measurement(
            NAME, f"index in memory, {marks:,} marks", _megabytes() - before, "MB", target=1_000, at_most=True
        )


def registry_of(marks: int) -> list[Brand]:
    """Brands with this many names: simple-icons, then other genuine names, then coined ones."""
    names = [name for brand in simple_icons() for name in brand.names()]
    names += (files("detector.text") / "data" / "genuine_names.txt").read_text("utf-8").splitlines()
    rng = random.Random(30)
    while len(names) < marks:
        coined = "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 4))).capitalize()
        names.append(coined if rng.random() < 0.7 else f"{coined} {rng.choice(names[:_ADJECTIVES])}")
    return [Brand(id=str(number), name=name[:200]) for number, name in enumerate(names[:marks])]


def _lines(data: Path | None) -> tuple[list[bytes], list[bytes]]:
    """Listings to warm up on and others to measure, as a catalogue holds them: real titles where there are
    any, else genuine names with goods."""
    data = data or Path(os.environ.get("DETECTOR_DATA", "../shared/data"))
    if (data / TITLES).exists():
        rows = titles(data)
    else:
        goods = [
            "usb cable 2 m black",
            "leather wallet for men",
            "running shoes size 42",
            "ink cartridge 12 ml cyan",
        ]
        names = [brand.name for brand in simple_icons()]
        rows = [(f"{name} {good}", name) for name, good in itertools.product(names, goods)]
    picked = random.Random(31).sample(rows, min(_LISTINGS + _WARMING, len(rows)))
    lines = [orjson.dumps({"id": str(n), "title": t, "brand": b or None}) for n, (t, b) in enumerate(picked)]
    return lines[:_WARMING], lines[_WARMING:]


def _peer(lines: Sequence[bytes], brands: Sequence[Brand]) -> float:
    """As `tracing.peers`: words and names of fewer than five letters are left out."""
    keys = sorted({key for brand in brands if len(key := key_of(brand.name)) > 4})
    started = time.process_time()
    for line in lines:
        for token in words_of(orjson.loads(line)["title"].lower()):
            if len(token) > 4:
                process.extract(token, keys, scorer=OSA.distance, score_cutoff=1)
    return len(lines) / (time.process_time() - started)


def _megabytes() -> float:
    """The peak of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
