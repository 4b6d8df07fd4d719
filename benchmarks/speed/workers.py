"""the task graph end to end, in processes as they run in earnest"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.invented import brand_names
from benchmarks.measurement import Measurement
from benchmarks.stretches import Stretch, second_half

NAME = "workers"

_WARM = 4
"""Listings a process that are done before, which load its models."""
_COLD = 80
_REPEATED = 300
_SHARE = 10
"""One picture in so many is new in the second catalogue."""
_MILLION = 1_000_000
_LONGEST = 900.0
_DONE = """
SELECT count(*) FROM items
WHERE run_id = (SELECT max(id) FROM runs) AND state NOT IN ('blocked', 'waiting', 'working')
"""


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        folder = Path(temporary)
        names = [name for name in brand_names(400) if name.isascii()]
        bare = _bare(folder / "bare", names)
        for workers in (1, 2, 4):
            yield from _graph(folder / f"graph{workers}", names, workers, bare)
        yield from _checks(folder / "checks", names)
        yield from _million(folder)


def _bare(folder: Path, names: list[str]) -> Stretch:
    """`detector scan` with two processes."""
    listed = catalogue(folder, "cold", names, count=_COLD, new=_COLD)
    out = folder / "out.jsonl"
    words = ["scan", str(listed), "--brands", str(brands(folder, names)), "--out", str(out), "--workers", "2"]
    with subprocess.Popen(
        [sys.executable, "-m", "workers.cli", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        return second_half(
            _COLD, lambda: out.read_bytes().count(b"\n") if out.exists() else 0, [run.pid], _LONGEST
        )


def _graph(folder: Path, names: list[str], workers: int, bare: Stretch) -> Iterator[Measurement]:
    """Cold and with repeated pictures, both with the models loaded before."""
    first = catalogue(folder, "warm", names, count=_WARM * workers, new=_WARM * workers)
    cold = catalogue(folder, "cold", names, count=_COLD, new=_COLD)
    again = catalogue(folder, "again", names, count=_REPEATED, new=_REPEATED // _SHARE, known=_COLD)
    with house(folder, workers) as home:
        home.run("brands", "import", str(brands(folder, names)))
        home.run("pull", str(first), "--wait")
        slow, new = _pulled(home, cold, _COLD)
        fast, _ = _pulled(home, again, _REPEATED)
    processes = f"{workers} process{'es' if workers > 1 else ''}"
    note = f"{_COLD} listings with a picture of 800 × 800 each, models loaded"
    yield Measurement(NAME, f"cold, {processes}", slow, "listings/s", note=note)
    note = f"{_REPEATED} listings, a tenth of their pictures new; {fast:.1f} listings a second"
    yield Measurement(NAME, f"with 90% repeated pictures, {processes}", fast / slow, "times", 8.0, note=note)
    if workers == 2:
        over = 100 * (new.cost / bare.cost - 1)
        by_clock = 100 * (bare.rate / new.rate - 1)
        note = (
            f"second half of {_COLD} listings: {1000 * new.cost:.0f} and {1000 * bare.cost:.0f} ms of a "
            f"processor a listing; by the clock {by_clock:.0f}%, {new.rate:.2f} and {bare.rate:.2f} a second"
        )
        name = "overhead over `detector scan`, processor time"
        yield Measurement(NAME, name, over, "%", 15.0, at_most=True, note=note)


def _pulled(home: "House", listed: Path, count: int) -> tuple[float, Stretch]:
    """Listings a second from when the pull was asked for to the last one done, and the second half alone."""
    home.run("pull", str(listed))
    with closing(sqlite3.connect(home.database)) as database:
        half = second_half(count, lambda: database.execute(_DONE).fetchone()[0], home.pids, _LONGEST)
        ended = datetime.now(UTC)
        began = datetime.fromisoformat(database.execute("SELECT max(started) FROM runs").fetchone()[0])
    return count / (ended - began.replace(tzinfo=UTC)).total_seconds(), half


@dataclass(frozen=True, slots=True)
class House:
    """Workers in a home of their own: what runs a command in it, and the processes that were started."""

    run: Callable[..., None]
    pids: list[int]
    environment: dict[str, str]
    database: Path


@contextmanager
def house(folder: Path, workers: int) -> Iterator[House]:
    """Starts them, and ends them."""
    environment = os.environ | {"DETECTOR_HOME": str(folder / "home")}

    def command(*words: str) -> list[str]:
        return [sys.executable, "-m", "workers.cli", *words]

    def run(*words: str) -> None:
        subprocess.run(
            command(*words), env=environment, check=True, timeout=_LONGEST,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    started = [
        subprocess.Popen(
            command(*words), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for words in (["worker", "--processes", str(workers)], ["beat"])
    ]
    try:
        yield House(
            run, [process.pid for process in started], environment, folder / "home" / "detector.sqlite"
        )
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(90)


def brands(folder: Path, names: list[str]) -> Path:
    file = folder / "brands.jsonl"
    lines = (json.dumps({"id": f"b{n}", "name": name}) + "\n" for n, name in enumerate(names))
    file.write_text("".join(lines))
    return file


def catalogue(
    folder: Path, kind: str, names: list[str], *, count: int, new: int, known: int = 0, like: str = "cold"
) -> Path:
    """`count` listings with a picture each, of which `new` are new and the others the first `known` ones of
    the catalogue `like`.
    """
    folder.mkdir(exist_ok=True)
    with (folder / f"{kind}.jsonl").open("w") as lines:
        for number in range(count):
            picture = f"{kind}{number}.png" if number < new else f"{like}{number % known}.png"
            if number < new:
                _draw(folder / picture, names, f"{kind}{number}")
            listing = {"id": f"{kind}{number}", "title": "Poster, framed", "images": [picture]}
            lines.write(json.dumps(listing) + "\n")
    return folder / f"{kind}.jsonl"


def _draw(file: Path, names: list[str], seed: str) -> None:
    import random

    from PIL import Image, ImageDraw, ImageFont

    drawn = random.Random(seed)
    picture = Image.new("RGB", (800, 800), tuple(drawn.choices(range(180, 250), k=3)))
    draw = ImageDraw.Draw(picture)
    for row in range(6):
        font = ImageFont.load_default(20 + 2 * row)
        draw.text((40 + 30 * row, 60 + 110 * row), drawn.choice(names), fill="black", font=font)
    picture.save(file)


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
