"""the task graph end to end, in processes as they run in earnest"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.house import House, brands, catalogue, house
from benchmarks.invented import brand_names
from benchmarks.measurement import Measurement
from benchmarks.overhead import overhead

NAME = "workers"

_WARM = 4
"""Listings a process that are done before, which load its models."""
_COLD = 80
_REPEATED = 300
_SHARE = 10
"""One picture in so many is new in the second catalogue."""
_MILLION = 1_000_000


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        folder = Path(temporary)
        names = [name for name in brand_names(400) if name.isascii()]
        yield overhead(NAME, folder / "overhead", names)
        for workers in (1, 2, 4):
            yield from _graph(folder / f"graph{workers}", names, workers)
        yield from _checks(folder / "checks", names)
        yield from _million(folder)


def _graph(folder: Path, names: list[str], workers: int) -> Iterator[Measurement]:
    """Cold and with repeated pictures, both with the models loaded before."""
    first = catalogue(folder, "warm", names, count=_WARM * workers, new=_WARM * workers)
    cold = catalogue(folder, "cold", names, count=_COLD, new=_COLD)
    again = catalogue(folder, "again", names, count=_REPEATED, new=_REPEATED // _SHARE, known=_COLD)
    with house(folder, workers) as home:
        home.run("brands", "import", str(brands(folder, names)))
        home.run("pull", str(first), "--wait")
        slow = _pulled(home, cold, _COLD)
        fast = _pulled(home, again, _REPEATED)
    processes = f"{workers} process{'es' if workers > 1 else ''}"
    note = f"{_COLD} listings with a picture of 800 × 800 each, models loaded"
    yield Measurement(NAME, f"cold, {processes}", slow, "listings/s", note=note)
    note = f"{_REPEATED} listings, a tenth of their pictures new; {fast:.1f} listings a second"
    yield Measurement(NAME, f"with 90% repeated pictures, {processes}", fast / slow, "times", 8.0, note=note)


def _pulled(home: House, listed: Path, count: int) -> float:
    """Listings a second from when the pull was asked for to the last one done."""
    home.pull(listed, count)
    ended = datetime.now(UTC)
    with closing(sqlite3.connect(home.database)) as database:
        began = datetime.fromisoformat(database.execute("SELECT max(started) FROM runs").fetchone()[0])
    return count / (ended - began.replace(tzinfo=UTC)).total_seconds()


_CHECKS = """
import base64, json, sys, time
from pathlib import Path
from detector.listing import Listing
from storage.blobs import blobs
from storage.database import Database, database_url
from workers.graph.judges import SnapshotJudges, judge_of_texts
from workers.prelisting.asked import asked_listing
from workers.prelisting.asking import answer, begin
database, kept = Database(database_url()), blobs()
judges = SnapshotJudges(database, judge_of_texts)
judges.current()
text, pictures = [], []
for number in range(200):
    said = {"id": str(number), "title": "Poster, framed", "description": "Thick paper. " * 40}
    body = json.dumps(said).encode()
    began = time.perf_counter()
    judges.current().judge(asked_listing(body, kept)).to_json()
    text.append(time.perf_counter() - began)
for file in sorted(Path(sys.argv[1]).glob("check*.png")):
    data = base64.b64encode(file.read_bytes()).decode()
    began = time.perf_counter()
    body = json.dumps({"id": file.name, "title": "Poster", "images": [{"data": data}]}).encode()
    ticket = begin(database, asked_listing(body, kept))
    while answer(database, ticket).result is None:
        time.sleep(0.02)
    pictures.append(time.perf_counter() - began)
print(json.dumps([sorted(one)[int(0.95 * len(one))] for one in (text, pictures)]))
"""


def _checks(folder: Path, names: list[str]) -> Iterator[Measurement]:
    """Checks before listing, one after another, with the models loaded."""
    catalogue(folder, "check", names, count=_COLD, new=_COLD)
    first = catalogue(folder, "warm", names, count=8, new=8)
    with house(folder, 2) as home:
        home.run("brands", "import", str(brands(folder, names)))
        home.run("pull", str(first), "--wait")
        done = subprocess.run(
            [sys.executable, "-c", _CHECKS, str(folder)],
            env=home.environment,
            check=True,
            capture_output=True,
        )
    text, pictures = json.loads(done.stdout)
    yield Measurement(NAME, "check of a text, p95", 1000 * text, "ms", 50, at_most=True)
    note = f"{_COLD} listings with a new picture of 800 × 800 each, inline"
    yield Measurement(NAME, "check with a picture, p95", pictures, "s", 3, at_most=True, note=note)


_FILL = """
INSERT INTO runs (id, source, pages, rows, unchanged, rejected, started, state, attempts, due)
    VALUES (1, 'bench', 0, 0, 0, 0, now(), 'working', 1, now() + interval '1 hour');
INSERT INTO listings (id, source, key, content, version, seen)
    SELECT n, 'bench', 'L' || n, md5(n::text), 1, now() FROM generate_series(1, {n}) n;
INSERT INTO listing_versions (id, listing_id, number, content, data, since)
    SELECT n, n, 1, md5(n::text), '{{"id":"L' || n || '","title":"Shoes"}}', now()
    FROM generate_series(1, {n}) n;
INSERT INTO items (id, run_id, version_id, lane, step, state, attempts, due)
    SELECT n, 1, n, 'catalogue', 'judge',
        CASE WHEN n % 100 = 0 THEN 'waiting' WHEN n % 10 = 0 THEN 'blocked' ELSE 'done' END, 0,
        now() + (CASE WHEN n % 1000 = 0 THEN -1 ELSE 1 END) * interval '60 seconds'
    FROM generate_series(1, {n}) n;
ANALYZE;
"""

_SWEEPS = """
import json, time
from storage.database import Database, database_url
from workers.graph.sweeping import overdue_blocked, overdue_work
from workers.graph.tables import Item
database = Database(database_url())
times = []
for _ in range(20):
    with database.reading() as session:
        began = time.perf_counter()
        found = len(session.execute(overdue_work(Item)).all()), len(session.execute(overdue_blocked()).all())
        times.append(time.perf_counter() - began)
print(json.dumps({"seconds": sorted(times)[-2], "found": found}))
"""


def _million(folder: Path) -> Iterator[Measurement]:
    import psycopg

    with databases(folder) as made:
        if "PostgreSQL" not in made:
            return
        url = made["PostgreSQL"]("million")
        environment = os.environ | {"DETECTOR_DATABASE": url, "DETECTOR_HOME": str(folder / "home")}
        migrate = "from storage.database import Database, database_url; Database(database_url())"
        subprocess.run([sys.executable, "-c", migrate], env=environment, check=True)
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
            server.execute(_FILL.format(n=_MILLION))
            server.execute("VACUUM ANALYZE items")
        done = subprocess.run(
            [sys.executable, "-c", _SWEEPS], env=environment, check=True, capture_output=True
        )
    said = json.loads(done.stdout)
    note = f"both queries, the slowest but one of 20; {said['found'][0]} and {said['found'][1]} rows found"
    yield Measurement(
        NAME, "sweeper, 1,000,000 listings", 1000 * said["seconds"], "ms", 50, at_most=True, note=note
    )
