"""the task graph end to end, in processes as they run in earnest"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.invented import brand_names
from benchmarks.measurement import Measurement

NAME = "workers"

_COLD = 40
_REPEATED = 300
_SHARE = 10
"""One picture in so many is new in the second catalogue."""
_MILLION = 1_000_000
_LONGEST = 900.0


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        folder = Path(temporary)
        names = [name for name in brand_names(400) if name.isascii()]
        bare = _bare(folder / "bare", names)
        for workers in (1, 2, 4):
            cold, again = _graph(folder / f"graph{workers}", names, workers)
            processes = f"{workers} process{'es' if workers > 1 else ''}"
            peers = (("detector scan, 2 processes", bare),) if workers == 2 else ()
            note = f"{_COLD} listings with a picture of 800 × 800 each, models loaded"
            yield Measurement(NAME, f"cold, {processes}", cold, "listings/s", peers=peers, note=note)
            note = f"{_REPEATED} listings, a tenth of their pictures new; {again:.1f} listings a second"
            name = f"with 90% repeated pictures, {processes}"
            yield Measurement(NAME, name, again / cold, "times", 8.0, note=note)
            if workers == 2:
                over = 100 * (bare / cold - 1)
                yield Measurement(NAME, "overhead over the bare engine", over, "%", 15.0, at_most=True)
        yield from _checks(folder / "checks", names)
        yield from _million(folder)


def _bare(folder: Path, names: list[str]) -> float:
    """Listings a second of `detector scan`, over the second half, when all models are loaded."""
    listed = catalogue(folder, "cold", names, count=2 * _COLD, new=2 * _COLD)
    out = folder / "out.jsonl"
    words = [
        "scan",
        str(listed),
        "--brands",
        str(brands(folder, names)),
        "--out",
        str(out),
        "--workers",
        "2",
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "workers.cli", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        reached: list[tuple[float, int]] = []
        while run.poll() is None:
            reached.append((time.monotonic(), out.read_bytes().count(b"\n") if out.exists() else 0))
            time.sleep(0.05)
    return _rate(reached, 2 * _COLD)


def _rate(reached: list[tuple[float, int]], total: int) -> float:
    """Over the second half."""
    at, done = next(pair for pair in reached if pair[1] >= total / 2)
    end = next((when for when, count in reached if count >= total), reached[-1][0])
    return (total - done) / max(end - at, 1e-3)


def _graph(folder: Path, names: list[str], workers: int) -> tuple[float, float]:
    """Listings a second cold and with repeated pictures, both with the models loaded before."""
    first = catalogue(folder, "warm", names, count=2 * workers, new=2 * workers)
    cold = catalogue(folder, "cold", names, count=_COLD, new=_COLD)
    again = catalogue(folder, "again", names, count=_REPEATED, new=_REPEATED // _SHARE, known=_COLD)
    with house(folder, workers) as home:
        home.run("brands", "import", str(brands(folder, names)))
        home.run("pull", str(first), "--wait")
        rates = []
        for listed, count in ((cold, _COLD), (again, _REPEATED)):
            began = time.monotonic()
            home.run("pull", str(listed), "--wait")
            rates.append(count / (time.monotonic() - began))
    return rates[0], rates[1]


@dataclass(frozen=True, slots=True)
class House:
    """Workers in a home of their own: what runs a command in it, and the processes that were started."""

    run: Callable[..., None]
    pids: list[int]
    environment: dict[str, str]


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
        yield House(run, [process.pid for process in started], environment)
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
