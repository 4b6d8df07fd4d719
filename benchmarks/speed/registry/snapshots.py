"""Snapshots of registries of growing size: built, verified, loaded; and an upload into the largest.

Names are those of `invented`. The pictures are composed as in the part `looks`: each has its own vector, hash
and the 128 points that an index keeps of it. Every step runs in a process of its own. The plain peer has no
snapshot: it reads the same brands from JSON Lines, and the pictures' looks one by one, and builds the judge.
Seconds are of processor time, but for an upload's, of which both are told.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.invented import brand_names
from benchmarks.measurement import Measurement

_NAME = "registry"
_SIZES = (1_000, 10_000, 100_000)
_PICTURES = 100_000
_POINTS = 128
_AT_ONCE = 10_000
_UPLOADED = "Zorvanelle"
_MARK = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60"><circle cx="66" cy="40" r="9" fill="#048"/>
<path d="M5 55 L25 5 L40 40 L60 8 L85 52 Z" fill="#a03"/></svg>"""


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds of processor time, from the start of the process; MB of memory at its peak and in the end."""

    seconds: float
    peak: float
    held: float


def measure(share: float = 1.0) -> Iterator[Measurement]:
    """Measures a `share` of each size."""
    sizes = [int(brands * share) for brands in _SIZES]
    for brands, pictures in [*((brands, 0) for brands in sizes), (sizes[-1], int(_PICTURES * share))]:
        with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
            home = Path(temporary)
            yield from _measured(home, brands, pictures)
            if brands == sizes[-1]:
                yield _upload(home, f"{brands:,} brands, {pictures:,} pictures")


def _measured(home: Path, brands: int, pictures: int) -> Iterator[Measurement]:
    what = f"{brands:,} brands" + (f", {pictures:,} pictures" if pictures else "")
    _fill(home, brands, pictures)
    built, loaded, plain = (_step(step, home) for step in ("build", "load", "plain"))
    files = (home / "snapshots" / "current").resolve().rglob("*")
    size = sum(file.stat().st_size for file in files if file.is_file()) / 1e6
    again = _step("again", home)
    yield Measurement(
        _NAME,
        f"snapshot built and verified, {what}",
        built.seconds,
        "s",
        note=f"{size:,.0f} MB on disk; at most {built.peak:,.0f} MB in memory; "
        f"with one brand changed {again.seconds:.1f} s, {again.peak:,.0f} MB",
    )
    yield Measurement(
        _NAME,
        f"snapshot loaded, ready to judge, {what}",
        loaded.seconds,
        "s",
        peers=(("brands and looks read one by one", plain.seconds),),
    )
    yield Measurement(
        _NAME,
        f"memory of who judges, {what}",
        loaded.held,
        "MB",
        peers=(("brands and looks read one by one", plain.held),),
        note=f"at most {loaded.peak:,.0f} MB while it loads",
    )


def _step(step: str, home: Path) -> _Run:
    run = subprocess.run(
        [sys.executable, "-m", __name__, step, str(home)],
        env=_environment(home),
        stdout=subprocess.PIPE,
        check=True,
    )
    return _Run(**json.loads(run.stdout.splitlines()[-1]))


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {
        "DETECTOR_HOME": str(home),
        "DETECTOR_DATABASE": f"sqlite:///{home}/detector.sqlite",
        "OMP_NUM_THREADS": "1",
    }


def _upload(home: Path, what: str) -> Measurement:
    """From the command that takes a brand in until the judge of a worker that runs on knows it."""
    worker = subprocess.Popen(
        [sys.executable, "-m", __name__, "wait", str(home)],
        env=_environment(home),
        stdout=subprocess.PIPE,
        text=True,
    )
    if worker.stdout is None or worker.stdout.readline() != "ready\n":
        raise RuntimeError("the worker did not come up")
    (home / "mark.svg").write_text(_MARK)
    brand = {"id": "uploaded", "name": _UPLOADED, "logos": ["mark.svg"]}
    (home / "one.jsonl").write_text(json.dumps(brand))
    began, computed = time.monotonic(), []
    for words in (["brands", "import", str(home / "one.jsonl")], ["snapshot", "build"]):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "workers.cli", *words]
        subprocess.run(command, env=_environment(home), capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        computed.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    swapped = float(worker.stdout.readline())
    seconds = time.monotonic() - began
    worker.wait()
    return Measurement(
        _NAME,
        f"one brand's upload until it is found, {what}",
        seconds,
        "s",
        60,
        at_most=True,
        note=f"by the clock; {sum(computed) + swapped:.1f} s of the processor's: taken in {computed[0]:.1f}, "
        f"its mark through the gates and a snapshot built {computed[1]:.1f}, swapped in {swapped:.1f}",
    )


def _fill(home: Path, brands: int, pictures: int) -> None:
    """A registry as an import and the gates leave it, put into its tables at once; and the same as files."""
    from sqlalchemy import insert

    from brand_registry.changes import Change, Registry
    from brand_registry.looks import Look
    from brand_registry.tables import Asset, Brand, Mark
    from storage.database import Database
    from workers.reading import look_engine

    os.environ["DETECTOR_HOME"] = str(home)
    rows: dict[Any, list[dict[str, Any]]] = {Brand: [], Mark: [], Asset: [], Look: []}
    with (home / "brands.jsonl").open("w") as lines:
        for number, name in enumerate(brand_names(brands), 1):
            rows[Brand].append(
                {"id": number, "owner_id": 1, "key": f"b{number}", "name": name, "state": "live"}
                | {"categories": [], "extra": {}, "revision": 1, "version": 1}
            )
            mark = {"text": name, "classes": [25], "territories": ["EU"]}
            rows[Mark].append(
                {"brand_id": number, "position": 0, "script": "Latin", "common_word": False, "extra": {}}
                | mark
            )
            lines.write(json.dumps({"id": f"b{number}", "name": name, "marks": [mark]}) + "\n")
    engine = look_engine() if pictures else ""
    for number, (kind, sha256) in enumerate(_composed(home, pictures)):
        rows[Asset].append(
            {"brand_id": number % brands + 1, "position": number, "path": f"{number}.png", "kind": kind}
            | {"product_position": None, "state": "checked", "sha256": sha256}
        )
        rows[Look].append({"sha256": sha256, "kind": kind, "engine": engine, "blob": sha256, "count": 1})
    database = Database(f"sqlite:///{home}/detector.sqlite")
    with database.engine.begin() as connection:
        for table, some in rows.items():
            for start in range(0, len(some), _AT_ONCE):
                connection.execute(insert(table.__table__), some[start : start + _AT_ONCE])
        connection.execute(Registry.__table__.update().values(revision=1))  # type: ignore[attr-defined]
        change = {"revision": 1, "who": "bench", "owner_id": 1, "brand_id": 1, "what": []}
        connection.execute(insert(Change.__table__), [change | {"at": _now()}])  # type: ignore[arg-type]
    database.close()


def _composed(home: Path, count: int) -> Iterator[tuple[str, str]]:
    """Kind and sha256 of the looks that are laid down as blobs."""
    if not count:
        return
    import hashlib

    from benchmarks.speed import looks
    from detector.appearance import LocalFeatures
    from detector.image.embedding import MarkEmbedder
    from detector.image.looking import Looker
    from detector.packing import packed_looks
    from storage.blobs import place_of

    looker = Looker(MarkEmbedder())
    small = [replace(look, thumbnail=look.thumbnail[::4, ::4]) for look in map(looker.look, looks.pictures())]
    for reference in looks.references(count, small):
        features = reference.appearance.features
        kept = LocalFeatures(features.places[:_POINTS], features.descriptors[:_POINTS])
        data = packed_looks([replace(reference.appearance, features=kept)])
        sha256 = hashlib.sha256(data).hexdigest()
        place = home / "blobs" / place_of(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        yield reference.kind.value, sha256


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _run(step: str, home: Path) -> None:
    work = {"build": _build, "again": _again, "load": _load, "plain": _plain, "wait": _wait}[step]
    kept = work(home)
    seconds = time.process_time()
    with Path("/proc/self/status").open() as lines:
        told = dict(line.split(":", 1) for line in lines)
    peak, held = (int(told[name].split()[0]) / 1024 for name in ("VmHWM", "VmRSS"))
    print(json.dumps({"seconds": seconds, "peak": peak, "held": held}))
    del kept


def _build(_home: Path) -> object:
    from storage.database import Database, database_url
    from workers.registry.current import publish

    return publish(Database(database_url()))


def _again(home: Path) -> object:
    from brand_registry.access import brand_to_change, operator
    from storage.database import Database, database_url

    database = Database(database_url())
    with database.writing("bench") as session:
        brand_to_change(session, operator(), "b7").name = "Zorvanelline"
    return _build(home)


def _load(_home: Path) -> object:
    from workers.registry.current import current_snapshot

    held = current_snapshot()
    held.judge()
    return held


def _plain(home: Path) -> object:
    from brand_registry.files import read_described
    from detector.judge import Judge

    references = list(_references(home))
    index = None
    if references:
        from detector.image.references import ReferenceIndex

        index = ReferenceIndex(references)
    described = read_described(home / "brands.jsonl").brands
    return Judge([one.brand for one in described], references=index)


def _references(home: Path) -> Iterator[Any]:
    from brand_registry.snapshots.rows import REFERENCES, read_references
    from detector.packing import unpacked_looks
    from detector.sighting import Reference
    from storage.blobs import Blobs

    blobs = Blobs(home / "blobs")
    file = home / "snapshots" / "current" / REFERENCES
    for row in read_references(file) if file.exists() else ():
        look = unpacked_looks(blobs.get(row.blob))[row.nth]
        yield Reference(f"b{row.brand}", row.path, row.kind, look)


def _wait(_home: Path) -> object:
    from detector.listing import Listing
    from workers.registry.current import current_snapshot

    held = current_snapshot()
    held.judge()
    print("ready", flush=True)
    before = time.process_time()
    listing = Listing(id="1", title=f"{_UPLOADED.replace('o', '0')} shoes")
    while not held.judge().judge(listing).cases:
        time.sleep(0.05)
    print(time.process_time() - before, flush=True)
    return held


if __name__ == "__main__":
    _run(sys.argv[1], Path(sys.argv[2]))
