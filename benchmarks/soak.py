"""`python -m benchmarks.soak`: hours of load on the workers, and whether their memory stays flat."""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.house import House, brands, catalogue, house
from benchmarks.invented import brand_names

_LISTINGS = 100
_NEW = 10
"""Pictures of each round that were never seen before."""
_GROWTH = 1.2
"""How much larger than after a tenth of the time the memory may be in the end."""


@dataclass(frozen=True, slots=True)
class Sample:
    seconds: float
    listings: int
    megabytes: float


def main() -> int:
    """Exit status: 0, or 1 where memory grew or a pull failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="how long (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=2, help="that read and judge (default: %(default)s)")
    options = parser.parse_args()
    names = [name for name in brand_names(400) if name.isascii()]
    with tempfile.TemporaryDirectory(prefix="detector-soak-") as temporary:
        folder = Path(temporary)
        with house(folder, options.processes) as home:
            home.run("brands", "import", str(brands(folder, names)))
            return _said(_soak(home, folder, names, options.minutes * 60))


def _soak(home: House, folder: Path, names: list[str], seconds: float) -> list[Sample]:
    began, samples, rounds = time.monotonic(), list[Sample](), 0
    while time.monotonic() - began < seconds:
        listed = catalogue(folder, f"r{rounds}x", names, count=_LISTINGS, new=_NEW, known=_NEW, like="r0x")
        home.run("pull", str(listed), "--wait")
        rounds += 1
        sample = Sample(time.monotonic() - began, rounds * _LISTINGS, _memory(home.pids))
        samples.append(sample)
        print(
            f"{sample.seconds:8,.0f} s {sample.listings:9,} listings {sample.megabytes:8,.0f} MB", flush=True
        )
    return samples


def _memory(pids: list[int]) -> float:
    """Of all processes, in MB; what they share is counted once a process."""
    total = 0
    for pid in pids:
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
    return total / 1e6


def _said(samples: list[Sample]) -> int:
    last = samples[-1]
    early = next(one for one in samples if one.seconds >= last.seconds / 10)
    growth = last.megabytes / early.megabytes
    flat = growth <= _GROWTH
    print(
        f"{last.listings:,} listings in {last.seconds / 60:,.1f} minutes; memory {early.megabytes:,.0f} MB "
        f"after a tenth of it, {last.megabytes:,.0f} MB in the end: {'flat' if flat else 'it grew'}"
    )
    return int(not flat)


if __name__ == "__main__":
    sys.exit(main())
