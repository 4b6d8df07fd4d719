"""rescans: a new brand looked for in a catalogue that was judged before, beside judging each listing afresh

Generated: titles of 5 to 12 English words with a number, descriptions of 20 to 40 words, one of a hundred
listings with a name of the new brands, exact or with a letter doubled. Vectors are random, of 128 numbers.
At full size 5 million listings and a million vectors; `--share 0.1` takes a tenth.
"""

import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np

from benchmarks.invented import brand_names, descriptions, listings
from benchmarks.measurement import Measurement
from brand_registry.judging import RegistryJudge
from brand_registry.record import Record
from detector.appearance import Appearance, LocalFeatures, Regions
from detector.image.references import ReferenceIndex
from detector.listing import Listing
from detector.sighting import AssetKind, Reference
from detector.view import texts_of
from workers.rescans.focus import Focus
from workers.rescans.resembling import Resembling
from workers.shards.content import texts_from, texts_of_files, texts_to_files
from workers.shards.store import ShardStore, Written

NAME = "rescan"

_LISTINGS, _VECTORS, _WIDTH = 5_000_000, 1_000_000, 128
_OF_A_SHARD = 50_000
_AFRESH = 20_000
"""Listings that are judged in full too: for the speed of it, and for the cases."""
_PLANTED = 100
_REGISTRY = 10_000
_ROWS = 25
"""What five marks are sought by: upright, mirrored and in three turns."""
_MINUTE = 60


def measure(share: float = 1.0) -> Iterator[Measurement]:
    """All of this process's own time, one core."""
    brands = _new_brands()
    judge = RegistryJudge(
        [Record(id=f"b{n}", name=name) for n, name in enumerate(brand_names(_REGISTRY))] + brands
    )
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        store = ShardStore(temporary)
        for what, described in (("titles and categories", False), ("with descriptions", True)):
            yield from _texts(store, judge, brands, what, described=described, share=share)
    yield from _vectors(share)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    note = f"with a registry of {_REGISTRY:,} brands and the vectors at hand"
    yield Measurement(NAME, "memory at its peak", peak, "MB", 1_000, at_most=True, note=note)


def _texts(
    store: ShardStore,
    judge: RegistryJudge,
    brands: Sequence[Record],
    what: str,
    *,
    described: bool,
    share: float,
) -> Iterator[Measurement]:
    shards = _written(store, _catalogue(brands, described), max(1, int(_LISTINGS * share)))
    rows = sum(count for _, count in shards)
    one = _scanned(store, shards, Focus(judge, [brands[0].id]))
    ten = _scanned(store, shards, Focus(judge, [brand.id for brand in brands]))
    some = list(islice(_catalogue(brands, described), _AFRESH))
    started = time.process_time()
    full = {said.id: {case.brand for case in judge.judge(said).cases} for said in some}
    afresh = len(some) / (time.process_time() - started)
    yield Measurement(
        NAME, f"{what}: a brand of five marks sought", rows / one * _MINUTE, "listings/min", 1_000_000,
        peers=(("judging each afresh", afresh * _MINUTE),),
        note=f"{rows:,} listings in {len(shards):,} shards, read and verified; afresh {len(some):,}",
    )  # fmt: skip
    yield Measurement(NAME, f"{what}: ten brands in one pass", ten / one, "times one", 2, at_most=True)
    yield _same_cases(judge, brands, some, full, what)


def _same_cases(
    judge: RegistryJudge,
    brands: Sequence[Record],
    some: Sequence[Listing],
    full: dict[str, set[str]],
    what: str,
) -> Measurement:
    """Cases that a full scan opens, and a rescan of the brand does not."""
    lost = cases = 0
    for brand in brands:
        focus = Focus(judge, [brand.id])
        for said in some:
            if brand.id in full[said.id]:
                cases += 1
                lost += not focus.names.stand_in([text for _, text in texts_of(said)])
    note = f"of {cases:,} in {len(some):,} listings, for {len(brands)} brands"
    return Measurement(NAME, f"{what}: cases lost to a full scan", lost, "cases", 0, at_most=True, note=note)


def _vectors(share: float) -> Iterator[Measurement]:
    count = max(_ROWS, int(_VECTORS * share))
    vectors = np.concatenate([_unit(some, n) for n, some in enumerate(_parts(count, 100_000))])
    index = ReferenceIndex([_mark(one) for one in _unit(_ROWS, 99).astype(np.float32)])
    resembling = Resembling([index])
    resembling.likely(vectors[:10_000])
    seconds, found = _seconds(lambda: resembling.likely(vectors))
    copying, _ = _seconds(vectors.copy)
    bandwidth = 2 * vectors.nbytes / copying / 1e9
    yield Measurement(
        NAME, "vectors held against five marks", vectors.nbytes / seconds / 1e9, "GB/s", bandwidth / 3,
        peers=(("copying them", bandwidth),),
        note=f"{count:,} of {_WIDTH} numbers in half precision against {len(index.parts.marks.vectors)}; "
        f"{count / seconds:,.0f} a second, {len(found):,} likely",
    )  # fmt: skip


def _new_brands() -> list[Record]:
    """Ten, of five marks each, invented ones."""
    names = [name for name in brand_names(_REGISTRY + 200)[_REGISTRY:] if " " not in name and len(name) > 5]
    return [
        Record(id=f"new{n}", name=names[5 * n], aliases=tuple(names[5 * n + 1 : 5 * n + 5]))
        for n in range(10)
    ]


def _catalogue(brands: Sequence[Record], described: bool) -> Iterator[Listing]:
    """Without an end. Words come from a pool: to draw them for each costs more than what is measured."""
    rng = random.Random(7)
    titles = [one["title"] for one in listings(20_000, brand_names(_REGISTRY), seed=5)]
    told = descriptions(20_000) if described else [""]
    names = [name for brand in brands for name in brand.names()]
    number = 0
    while True:
        title = f"{rng.choice(titles)} {number}"
        if number % _PLANTED == 0:
            name = rng.choice(names)
            at = rng.randrange(1, len(name))
            title = f"{name if rng.random() < 0.5 else name[:at] + name[at - 1 :]} {title}"
        yield Listing(id=f"L{number}", title=title, description=rng.choice(told), category="Home > Other")
        number += 1


def _written(store: ShardStore, catalogue: Iterator[Listing], count: int) -> list[tuple[Written, int]]:
    shards = []
    for first, some in zip(range(1, count + 1, _OF_A_SHARD), _parts(count, _OF_A_SHARD), strict=True):
        rows = (
            (first + n, [text for _, text in texts_of(said)])
            for n, said in enumerate(islice(catalogue, some))
        )
        shards.append((store.write("texts", texts_to_files(texts_from(rows)), {}), some))
    return shards


def _scanned(store: ShardStore, shards: Sequence[tuple[Written, int]], focus: Focus) -> float:
    """Seconds of a processor for reading, verifying and scanning all shards."""
    started = time.process_time()
    for shard, _ in shards:
        files = {name: store.read(shard.name, name, told) for name, told in shard.files.items()}
        focus.mentioned(texts_of_files(files))
    return time.process_time() - started


def _mark(vector: np.ndarray) -> Reference:
    nowhere = LocalFeatures(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8))
    regions = Regions(np.zeros((1, 4), np.float32), vector[None].astype(np.float16))
    look = Appearance(
        64, 64, np.zeros((8, 32), np.uint8), 0, regions, nowhere, np.zeros((8, 8, 3), np.uint8), "invented"
    )
    return Reference("new", "mark", AssetKind.LOGO, look)


def _unit(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, _WIDTH), dtype=np.float32)
    unit: np.ndarray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
    return unit


def _seconds(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """The least of three, of a processor."""
    least, result = float("inf"), np.zeros(0)
    for _ in range(3):
        started = time.process_time()
        result = work()
        least = min(least, time.process_time() - started)
    return least, result


def _parts(count: int, size: int) -> Iterator[int]:
    for first in range(0, count, size):
        yield min(size, count - first)
