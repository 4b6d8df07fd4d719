"""rescans: a new brand looked for in a catalogue that was judged before, beside judging each listing afresh

Generated: titles of 5 to 12 English words with a number, descriptions of 20 to 40 words, one of a hundred
listings with a name of the new brands, exact or with a letter doubled. Vectors, of 128 numbers, lie around
those of real marks and parts of photos that ship as strangers; others of these are sought. At full size 5
million listings and a million vectors; `--share 0.1` takes a tenth.
"""

import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.beside_rescans import beside
from benchmarks.invented import brand_names
from benchmarks.measurement import Measurement
from benchmarks.planted import REGISTRY, new_brands, planted
from brand_registry.judging import RegistryJudge
from brand_registry.record import Record
from detector.appearance import Appearance, LocalFeatures, Regions
from detector.image.marks import STRANGERS
from detector.image.references import ReferenceIndex
from detector.listing import Listing
from detector.sighting import AssetKind, Reference
from detector.view import texts_of
from workers.rescans.focus import Focus
from workers.rescans.resembling import Resembling
from workers.shards.codes import LEAST, Codes
from workers.shards.content import (
    Looks,
    looks_of_files,
    looks_to_files,
    texts_from,
    texts_of_files,
    texts_to_files,
)
from workers.shards.store import ShardStore, Written

NAME = "rescan"
Answer = TypeVar("Answer")

_LISTINGS, _VECTORS, _WIDTH = 5_000_000, 1_000_000, 128
_OF_A_SHARD = 50_000
_AFRESH = 20_000
"""Listings that are judged in full too, from a tenth of the full size on: for the speed of it, and for the
cases."""
_OF_A_PICTURE, _OF_A_LOOK_SHARD = 70, 140_000
"""Vectors, in those of 2,000 pictures."""
_APART = 0.7
"""How far a vector lies from what it was made of, which is of length 1."""
_ROWS = 25
"""What five marks are sought by: upright, mirrored and in three turns."""
_MINUTE = 60


def measure(share: float = 1.0) -> Iterator[Measurement]:
    """All of this process's own time, one core; the last ones beside workers."""
    with threadpool_limits(1):
        yield from _alone(share)
    yield from beside(NAME, share)


def _alone(share: float) -> Iterator[Measurement]:
    brands = new_brands()
    judge = RegistryJudge(
        [Record(id=f"b{n}", name=name) for n, name in enumerate(brand_names(REGISTRY))] + brands
    )
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        store = ShardStore(temporary)
        for what, described in (("titles and categories", False), ("with descriptions", True)):
            yield from _texts(store, judge, brands, what, described=described, share=share)
    yield from _vectors(share)


def _texts(
    store: ShardStore,
    judge: RegistryJudge,
    brands: Sequence[Record],
    what: str,
    *,
    described: bool,
    share: float,
) -> Iterator[Measurement]:
    shards = _written(store, planted(brands, described=described), max(1, int(_LISTINGS * share)))
    rows = sum(count for _, count in shards)
    one = _scanned(store, shards, Focus(judge, [brands[0].id]))
    ten = _scanned(store, shards, Focus(judge, [brand.id for brand in brands]))
    fewer = max(_AFRESH // 10, int(_AFRESH * min(1.0, 10 * share)))
    some = list(islice(planted(brands, described=described), fewer))
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
    count = max(LEAST, int(_VECTORS * share))
    marks, others = _known()
    index = ReferenceIndex([_mark(one) for one in marks])
    resembling = Resembling([index])
    shards = [_shard(others, some, n) for n, some in enumerate(_parts(count, _OF_A_LOOK_SHARD))]
    size = sum(looks.vectors.nbytes for looks in shards)
    coding, _ = _seconds(lambda: [Codes.of(looks.vectors) for looks in shards[:1]], once=True)
    by_codes, found = _seconds(lambda: [resembling.likely(one.vectors, one.codes) for one in shards])
    exactly, there = _seconds(lambda: [resembling.likely(one.vectors) for one in shards])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # without the copies that come now
    copying, _ = _seconds(lambda: [one.vectors.copy() for one in shards])
    bandwidth = 2 * size / copying / 1e9
    some, whole = sum(map(len, found)), sum(map(len, there))
    yield Measurement(
        NAME, "vectors held against five marks", size / by_codes / 1e9, "GB/s", bandwidth / 3,
        peers=(("copying them", bandwidth), ("without codes", size / exactly / 1e9)),
        note=f"{count:,} of {_WIDTH} numbers in half precision against {len(index.parts.marks.vectors)}; "
        f"{count / by_codes:,.0f} a second; {some:,} of the {whole:,} likely ones; "
        f"{len(shards[0].vectors) / coding:,.0f} a second are coded",
    )  # fmt: skip
    note = (
        f"with a registry of {REGISTRY:,} brands, and {size / 1e6:,.0f} MB of vectors at hand, of which a "
        "worker holds one shard's"
    )
    yield Measurement(NAME, "memory at its peak", peak, "MB", 1_000, at_most=True, note=note)
    yield from _from_files(resembling, shards)


def _from_files(resembling: Resembling, shards: Sequence[Looks]) -> Iterator[Measurement]:
    """The same with all that lies between a disk and the answer."""
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        store = ShardStore(temporary)
        written = [store.write("looks", looks_to_files(one), {}) for one in shards]
        size = sum(told["bytes"] for one in written for told in one.files.values())

        def read(one: Written) -> dict[str, bytes]:
            return {name: store.read(one.name, name, told) for name, told in one.files.items()}

        scanning, _ = _seconds(
            lambda: [resembling.suspected(looks_of_files(read(one), _WIDTH)) for one in written]
        )
        reading, _ = _seconds(lambda: [file.read_bytes() for file in Path(temporary).rglob("*.*")])
    yield Measurement(
        NAME, "the same from a shard's files, verified", size / scanning / 1e9, "GB/s",
        peers=(("reading the files alone, which memory holds", size / reading / 1e9),),
        note="with hashes and what was read of the pictures, which says nothing here",
    )  # fmt: skip


def _known() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors of real marks and parts of photos: some to be sought, and others."""
    with (files("detector.image") / "weights" / STRANGERS).open("rb") as file:
        vectors = np.load(file, allow_pickle=False).astype(np.float32)
    shuffled: NDArray[np.float32] = np.random.default_rng(9).permutation(vectors)
    return shuffled[:_ROWS], shuffled[_ROWS:]


def _shard(known: NDArray[np.float32], count: int, seed: int) -> Looks:
    """Vectors around known ones, as alike to these as parts of one thing are, some a picture; with codes."""
    dice = np.random.default_rng(seed)
    vectors = known[dice.integers(len(known), size=count)]
    vectors += dice.standard_normal((count, _WIDTH), dtype=np.float32) * np.float32(_APART / _WIDTH**0.5)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    halves = vectors.astype(np.float16)
    pictures = -(-count // _OF_A_PICTURE)
    starts = np.minimum(np.arange(pictures + 1) * _OF_A_PICTURE, count)
    hashes = dice.integers(256, size=(pictures, 8, 32), dtype=np.uint8)
    names = [f"{seed}-{n}" for n in range(pictures)]
    return Looks(
        np.arange(pictures), names, ["invented"] * pictures, [[]] * pictures, hashes, starts, halves,
        Codes.of(halves),
    )  # fmt: skip


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


def _seconds(work: Callable[[], Answer], *, once: bool = False) -> tuple[float, Answer]:
    """The least of five, of a processor."""
    least, result = float("inf"), None
    for _ in range(1 if once else 5):
        started = time.process_time()
        result = work()
        least = min(least, time.process_time() - started)
    return least, cast("Answer", result)


def _parts(count: int, size: int) -> Iterator[int]:
    for first in range(0, count, size):
        yield min(size, count - first)
