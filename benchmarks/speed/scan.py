"""the whole `detector scan` in a process of its own"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.invented import brand_names, listings
from benchmarks.measurement import Measurement

NAME = "scan"

_LISTINGS = 10_000
_LONG = 30_000
_PEER_LISTINGS = 60
_PICTURES = 6
_EVERY = 0.05
"""Seconds between two looks at a running scan."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What was seen of a scan from outside. `first` is when its first result came, `half` when half of them
    had, `seconds` when it ended.

    `sizes` are the memory of the larger process, in MB, after each share of the results. `processor` is the
    seconds that all its processes computed.
    """

    first: float
    seconds: float
    results: int
    sizes: tuple[tuple[float, float], ...]
    half: float
    processor: float

    @property
    def note(self) -> str:
        """The rate that a busy machine can't spoil."""
        rate = self.results / self.processor
        return f"{self.results:,} listings; {rate:,.0f} a second of processor time, the start included"

    @property
    def rate(self) -> float:
        """Listings a second over the second half, when every model is loaded."""
        return self.results / 2 / (self.seconds - self.half)

    def size_at(self, share: float) -> float:
        return next(size for reached, size in self.sizes if reached >= share)


def measure() -> Iterator[Measurement]:
    """Measures with one reading process, on invented catalogues of text and a few pictures."""
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        folder = Path(temporary)
        names = brand_names(100_000)
        small, large = _registry(folder, names[:10_000]), _registry(folder, names)
        catalogue = _catalogue(folder, _LISTINGS, names[:10_000])
        run = _scan(catalogue, small)
        few = _scan(_catalogue(folder, 100, names[:3_400]), _registry(folder, names[:3_400]))
        note = f"from the start of the process, 3,400 marks; with 10,000 {run.first:.2g} s"
        yield Measurement(NAME, "first result", few.first, "s", 2.0, at_most=True, note=note)
        peer = ("rapidfuzz OSA over every word", _peer_rate(names[:10_000]))
        yield Measurement(
            NAME,
            "text, 10,000 marks",
            run.rate,
            "listings/s",
            5_000,
            peers=(peer,),
            note=run.note,
        )
        more = _scan(catalogue, large)
        peer = ("rapidfuzz OSA over every word", _peer_rate(names))
        note = f"{more.note}, of which {more.first:.2g} s until the first result"
        yield Measurement(
            NAME, "text, 100,000 marks", more.rate, "listings/s", 2_500, peers=(peer,), note=note
        )
        times = run.rate / more.rate
        yield Measurement(NAME, "slower with ten times the marks", times, "times", 2.0, at_most=True)
        long = _scan(_catalogue(folder, _LONG, names[:10_000]), small)
        yield Measurement(NAME, f"memory after 10% of {_LONG:,} listings", long.size_at(0.1), "MB")
        growth = long.size_at(0.95) / long.size_at(0.1)
        yield Measurement(NAME, "memory at the end, of that at 10%", growth, "times", 1.2, at_most=True)
        pictures = _scan(_picture_catalogue(folder), small)
        peak = max(size for _, size in pictures.sizes)
        yield Measurement(NAME, "memory of a process that reads pictures", peak, "MB", 1_500, at_most=True)


def _registry(folder: Path, names: list[str]) -> Path:
    file = folder / f"brands-{len(names)}.jsonl"
    if not file.exists():
        file.write_text(
            "".join(json.dumps({"id": f"b{n}", "name": name}) + "\n" for n, name in enumerate(names))
        )
    return file


def _catalogue(folder: Path, count: int, names: list[str]) -> Path:
    file = folder / f"catalogue-{count}.jsonl"
    with file.open("w") as lines:
        for listing in listings(count, names):
            lines.write(json.dumps(listing) + "\n")
    return file


def _picture_catalogue(folder: Path) -> Path:
    from PIL import Image, ImageDraw, ImageFont

    names = [name for name in brand_names(1000) if name.isascii()]
    with (folder / "pictures.jsonl").open("w") as lines:
        for number in range(_PICTURES):
            picture = Image.new("RGB", (800, 800), (220, 225, 200 + number))
            draw = ImageDraw.Draw(picture)
            for row in range(12):
                words = names[number * 12 + row]
                draw.text(
                    (40 + 30 * row, 40 + 60 * row), words, fill="black", font=ImageFont.load_default(20 + row)
                )
            picture.save(folder / f"{number}.png")
            lines.write(
                json.dumps({"id": str(number), "title": "Poster", "images": [f"{number}.png"]}) + "\n"
            )
    return folder / "pictures.jsonl"


def _scan(catalogue: Path, brands: Path) -> _Run:
    out = catalogue.with_suffix(".out")
    out.unlink(missing_ok=True)
    total = sum(1 for _ in catalogue.open("rb"))
    words = [sys.executable, "-m", "workers.cli", "scan", str(catalogue), "--brands", str(brands)]
    began, before = time.monotonic(), _computed()
    sizes: list[tuple[float, float]] = []
    times: list[float] = []
    first = 0.0
    with subprocess.Popen([*words, "--out", str(out), "--workers", "1"], stderr=subprocess.PIPE) as run:
        while run.poll() is None:
            time.sleep(_EVERY if first else 0.005)
            written = out.stat().st_size if out.exists() else 0
            if written and not first:
                first = time.monotonic() - began
            if first:
                # Lines are about as long as each other, so bytes tell how far it is.
                sizes.append((float(written), _memory(run.pid)))
                times.append(time.monotonic() - began)
        seconds = time.monotonic() - began
        if run.returncode:
            raise RuntimeError((run.stderr.read() if run.stderr else b"").decode())
    whole = out.stat().st_size
    shares = tuple((written / whole, size) for written, size in sizes)
    half = next((when for when, (share, _) in zip(times, shares, strict=True) if share >= 0.5), first)
    return _Run(first or seconds, seconds, total, shares, half, _computed() - before)


def _computed() -> float:
    """Seconds of processor time of all child processes that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(pid: int) -> float:
    """The resident memory of the largest process under `pid`, in MB. Where there is no /proc, 0."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        resident = [
            int(Path(f"/proc/{child}/statm").read_text().split()[1]) for child in [str(pid), *children]
        ]
    except OSError:
        return 0.0
    return max(resident) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _peer_rate(names: list[str]) -> float:
    """Listings a second of the plain way: every word of title and description against every mark, one
    edit.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    folded = [name.casefold() for name in names]
    sample = list(listings(_PEER_LISTINGS, names))
    began = time.monotonic()
    for listing in sample:
        for word in f"{listing['title']} {listing['description']}".casefold().split():
            process.extractOne(word, folded, scorer=OSA.distance, score_cutoff=1)
    return len(sample) / (time.monotonic() - began)
