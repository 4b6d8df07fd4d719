"""100,000 brands with a mark each into an empty registry, and once more when they are all there."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.databases import databases
from benchmarks.invented import brand_names
from benchmarks.measurement import Measurement

_NAME = "registry"
BRANDS = 100_000
_PART = 10_000
_COMMAND = """
import sys
from workers.cli import main
status = main(sys.argv[1:])
print([line for line in open("/proc/self/status") if line.startswith("VmHWM")][0].split()[1])
sys.exit(status)
"""


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds by the clock and of processor time, and the peak of memory in MB."""

    seconds: float
    computed: float
    peak: float


def measure(share: float = 1.0) -> Iterator[Measurement]:
    """Measures the command itself, in a process of its own, with a `share` of the brands."""
    brands, few = int(BRANDS * share), int(_PART * share)
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        folder = Path(temporary)
        names = brand_names(brands)
        whole, part = _file(folder, names), _file(folder, names[:few])
        with databases(folder) as made:
            for kind, empty in made.items():
                small = _import(part, empty("part"), folder)
                first = _import(whole, (url := empty("whole")), folder)
                again = _import(whole, url, folder)
                yield Measurement(
                    _NAME,
                    f"import of {brands:,} brands, {kind}",
                    first.seconds,
                    "s",
                    120 if share == 1 else None,
                    at_most=True,
                    peers=(("the same rows by bare executemany", _plain(whole, empty("plain"))),),
                    note=f"{brands / first.seconds:,.0f} brands a second; "
                    f"{brands / first.computed:,.0f} a second of processor time",
                )
                yield Measurement(_NAME, f"the same again, nothing new, {kind}", again.seconds, "s")
                yield Measurement(
                    _NAME,
                    f"memory, of that with {few:,} brands, {kind}",
                    first.peak / small.peak,
                    "times",
                    1.5,
                    at_most=True,
                    note=f"at most {first.peak:,.0f} MB; with {few:,} brands {small.peak:,.0f} MB",
                )


def _file(folder: Path, names: list[str]) -> Path:
    file = folder / f"brands-{len(names)}.jsonl"
    with file.open("w") as lines:
        for number, name in enumerate(names):
            mark = {"text": name, "classes": [25], "territories": ["EU"], "registration_number": str(number)}
            lines.write(json.dumps({"id": f"b{number}", "name": name, "marks": [mark]}) + "\n")
    return file


def _import(file: Path, url: str, folder: Path) -> _Run:
    own = {"DETECTOR_DATABASE": url, "DETECTOR_HOME": str(folder / "home")}
    words = [sys.executable, "-c", _COMMAND, "brands", "import", str(file)]
    began = time.monotonic()
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | own, text=True
    ) as run:
        said = run.stdout.read() if run.stdout else ""
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    if run.returncode:
        raise RuntimeError(f"the import ended with {run.returncode}")
    return _Run(seconds, used.ru_utime + used.ru_stime, int(said.split()[-1]) / 1024)


def _plain(file: Path, url: str) -> float:
    """Seconds to put the same rows into the same tables, with no check, no history and one transaction."""
    from sqlalchemy import insert

    from brand_registry.tables import Brand, Mark
    from storage.database import Database

    database = Database(url)
    began = time.monotonic()
    brands: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    with file.open() as lines:
        for number, line in enumerate(lines, 1):
            given = json.loads(line)
            brands.append(
                {"id": number, "owner_id": 1, "key": given["id"], "name": given["name"], "state": "live"}
                | {"categories": [], "extra": {}, "revision": 1, "version": 1}
            )
            marks += [
                {"brand_id": number, "position": 0, "script": "Latin", "common_word": False, "extra": {}}
                | mark
                for mark in given["marks"]
            ]
    with database.engine.begin() as connection:
        connection.execute(insert(Brand.__table__), brands)  # type: ignore[arg-type]
        connection.execute(insert(Mark.__table__), marks)  # type: ignore[arg-type]
    seconds = time.monotonic() - began
    database.close()
    return seconds
