"""Text alone, a line of JSON to a line of JSON, against registries of 10,000 and 100,000 marks.

Real titles, first alone, then with a description of 20 to 40 words beside them, which the data doesn't have
and `benchmarks/invented.py` composes.
"""

import gc
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

from benchmarks.invented import descriptions
from benchmarks.measurement import Measurement
from benchmarks.registry import simple_icons
from benchmarks.titles import TITLES, titles
from benchmarks.tracing import key_of
from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.text.tokens import words_of

NAME = "text"

_LISTINGS, _WARMING = 8_000, 1_000
_PEER_WORDS = 500
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
    rows = _rows(data)
    speeds: dict[tuple[str, int], float] = {}
    for marks in (10_000, 100_000):
        brands = registry_of(marks)
        before = _megabytes()
        started = time.perf_counter()
        judge = Judge(brands)
        built = time.perf_counter() - started
        gc.collect()
        gc.freeze()  # as the processes of a scan do
        half = len(rows) // 2
        seen: list[bytes] = []
        for what, every_line in (
            ("titles", _lines(rows[:half], described=False)),
            ("titles and descriptions", _lines(rows[half:], described=True)),
        ):
            warming, lines = every_line[:_WARMING], every_line[_WARMING:]
            seen += warming
            for line in warming:
                judge.judge(Listing.model_validate(orjson.loads(line))).to_json()
            started = time.process_time()
            for line in lines:
                judge.judge(Listing.model_validate(orjson.loads(line))).to_json()
            speeds[what, marks] = len(lines) / (time.process_time() - started)
            yield Measurement(
                NAME,
                f"{what} judged, {marks:,} marks",
                speeds[what, marks],
                "listings/s",
                target=5_000 if marks == 10_000 else speeds[what, 10_000] / 2,
                peers=(("OSA <= 1 over every word, answers kept", _peer(seen, lines, brands)),),
                note=f"{len(lines):,} listings, one process; after {len(seen):,} others, for both",
            )
            seen += lines
        gc.unfreeze()
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


def _rows(data: Path | None) -> list[tuple[str, str]]:
    """Titles and brands as a catalogue holds them: real ones where there are any, else genuine names with
    goods."""
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
    return random.Random(31).sample(rows, min(2 * (_LISTINGS + _WARMING), len(rows)))


def _lines(rows: Sequence[tuple[str, str]], described: bool) -> list[bytes]:
    texts = descriptions(len(rows)) if described else itertools.repeat("")
    return [
        orjson.dumps({"id": str(number), "title": title, "brand": brand or None, "description": text})
        for number, ((title, brand), text) in enumerate(zip(rows, texts, strict=False))
    ]


def _peer(seen: Sequence[bytes], lines: Sequence[bytes], brands: Sequence[Brand]) -> float:
    """Listings a second of the plain way, which looks each word up once and keeps the answer, as the index
    does.

    Looking up every word takes too long: some of those that no listing before held are timed, and the rest
    are taken to cost as much. As in `tracing.peers`, words and names of fewer than five letters are left out.
    """
    keys = sorted({key for brand in brands if len(key := key_of(brand.name)) > 4})
    known = {word for line in seen for word in _long_words(line)}
    started = time.process_time()
    new = {word for line in lines for word in _long_words(line)} - known
    reading = time.process_time() - started
    some = random.Random(32).sample(sorted(new), min(_PEER_WORDS, len(new)))
    started = time.process_time()
    for word in some:
        process.extract(word, keys, scorer=OSA.distance, score_cutoff=1)
    each = (time.process_time() - started) / max(len(some), 1)
    return len(lines) / (reading + each * len(new))


def _long_words(line: bytes) -> Iterator[str]:
    listing = orjson.loads(line)
    text = f"{listing['title']} {listing['description']}"
    return (word for word in words_of(text.lower()) if len(word) > 4)


def _megabytes() -> float:
    """The peak of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
