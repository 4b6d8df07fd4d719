"""the simulator of `detector capacity` beside real runs on this machine

Costs come from two runs with one process: of listings whose pictures are all new, and of listings whose
pictures were all read before. From these the time of a third one is told, and then taken: two processes, a
third of the pictures new.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.house import House, brands, catalogue, house
from benchmarks.invented import brand_names
from benchmarks.measurement import Measurement
from workers.capacity.simulating import Costs, Load, drained

NAME = "capacity"

_COLD, _KNOWN, _MIXED = 60, 180, 180
_NEW = _MIXED // 3
_PROCESSES = 2


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        folder = Path(temporary)
        names = [name for name in brand_names(400) if name.isascii()]
        costs = _costs(folder / "one", names)
        told = drained(_MIXED, _NEW, _PROCESSES, Load(0, looks=False), costs)
        taken = _mixed(folder / "two", names)
        note = (
            f"told {told:.1f} s, took {taken:.1f} s: {_MIXED} listings, {_NEW} with a new picture, "
            f"{_PROCESSES} processes; costs taken with one: {1000 * costs.listing:.0f} ms a listing, "
            f"{1000 * costs.read:.0f} ms a picture"
        )
        yield Measurement(NAME, "time told, off the time taken", 100 * abs(told / taken - 1), "%", note=note)


def _costs(folder: Path, names: list[str]) -> Costs:
    folder.mkdir()
    with house(folder, 1) as home:
        _warm(home, folder, names, 1)
        cold = _pulled(home, catalogue(folder, "cold", names, count=_COLD, new=_COLD), _COLD)
        again = catalogue(folder, "again", names, count=_KNOWN, new=0, known=_COLD)
        known = _pulled(home, again, _KNOWN)
    listing = known / _KNOWN
    return Costs(listing=listing, judge=1e-9, read=cold / _COLD - listing)


def _mixed(folder: Path, names: list[str]) -> float:
    folder.mkdir()
    with house(folder, _PROCESSES) as home:
        _warm(home, folder, names, _PROCESSES)
        _pulled(home, catalogue(folder, "cold", names, count=_COLD, new=_COLD), _COLD)
        mixed = catalogue(folder, "mixed", names, count=_MIXED, new=_NEW, known=_COLD)
        return _pulled(home, mixed, _MIXED)


def _warm(home: House, folder: Path, names: list[str], processes: int) -> None:
    home.run("brands", "import", str(brands(folder, names)))
    home.run("pull", str(catalogue(folder, "warm", names, count=4 * processes, new=4 * processes)), "--wait")


def _pulled(home: House, listed: Path, count: int) -> float:
    """Seconds until all its listings are done."""
    started = time.monotonic()
    home.pull(listed, count)
    return time.monotonic() - started
