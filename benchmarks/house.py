"""Workers in a home of their own, as they run in earnest, and catalogues for them to pull."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from workers.starting import start
from workers.worker import end

LONGEST = 900.0
"""Seconds that anything may take."""
_EVERY = 0.05
"""Seconds between two looks at how far it is."""
_DONE = """
SELECT count(*) FROM items
WHERE run_id = (SELECT max(id) FROM runs) AND state NOT IN ('blocked', 'waiting', 'working')
"""


@dataclass(frozen=True, slots=True)
class House:
    """Workers in a home of their own: what runs a command in it, and the processes that were started."""

    run: Callable[..., None]
    pids: list[int]
    environment: dict[str, str]
    database: Path

    def pull(self, listed: Path, count: int) -> None:
        """Pulls a catalogue of so many listings, and waits until all are done. Raises `TimeoutError`."""
        self.run("pull", str(listed))
        until = time.monotonic() + LONGEST
        with closing(sqlite3.connect(self.database)) as database:
            while (done := database.execute(_DONE).fetchone()[0]) < count:
                if time.monotonic() > until:
                    raise TimeoutError(f"{done} of {count} listings were done after {LONGEST:.0f} seconds")
                time.sleep(_EVERY)

    def computed(self) -> float:
        """Seconds that the processes and all that they started have computed."""
        return computed(self.pids)


@contextmanager
def house(folder: Path, workers: int) -> Iterator[House]:
    """Starts them, and ends them."""
    environment = os.environ | {"DETECTOR_HOME": str(folder / "home")}

    def command(*words: str) -> list[str]:
        return [sys.executable, "-m", "workers.cli", *words]

    def run(*words: str) -> None:
        subprocess.run(
            command(*words), env=environment, check=True, timeout=LONGEST,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    started = [
        start(command(*words), environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for words in (["worker", "--processes", str(workers)], ["beat"])
    ]
    try:
        yield House(
            run, [process.pid for process in started], environment, folder / "home" / "detector.sqlite"
        )
    finally:
        end(started)


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


def computed(pids: Sequence[int]) -> float:
    """Seconds that these processes and all that they started have computed."""
    total = 0.0
    for pid in pids:
        try:
            parent = psutil.Process(pid)
            for process in (parent, *parent.children(recursive=True)):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        except psutil.NoSuchProcess:
            continue
    return total
