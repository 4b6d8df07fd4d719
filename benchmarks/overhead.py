"""What a listing costs in the task graph over what it costs in `detector scan`, in processor time.

Whole runs of two sizes are compared, so that what a run costs by itself cancels out: starting, loading
models, the handful that is written last. Both ways take turns, so that what else the machine does bends both
alike.
"""

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from benchmarks.house import brands, catalogue, house
from benchmarks.measurement import Measurement

_SMALL, _LARGE = 20, 120
_ROUNDS = 2
_PROCESSES = 2


def overhead(part: str, folder: Path, names: list[str]) -> Measurement:
    """Of listings with a new picture of 800 × 800 each, in two processes."""
    folder.mkdir()
    scanned, pulled = defaultdict[int, float](float), defaultdict[int, float](float)
    listed = brands(folder, names)
    with house(folder, _PROCESSES) as home:
        home.run("brands", "import", str(listed))
        first = catalogue(folder, "warm", names, count=4 * _PROCESSES, new=4 * _PROCESSES)
        home.run("pull", str(first), "--wait")
        for turn in range(_ROUNDS):
            for size in (_SMALL, _LARGE):
                given = catalogue(folder, f"turn{turn}of{size}x", names, count=size, new=size)
                scanned[size] += _scanned(given, listed)
                before = home.computed()
                home.pull(given, size)
                pulled[size] += home.computed() - before
    count = _ROUNDS * (_LARGE - _SMALL)
    bare, graph = (1000 * (cost[_LARGE] - cost[_SMALL]) / count for cost in (scanned, pulled))
    note = (
        f"{graph:.0f} and {bare:.0f} ms of a processor a listing, by the difference of {_ROUNDS} runs of "
        f"{_LARGE} and of {_SMALL} listings each"
    )
    name = "overhead over `detector scan`, processor time"
    return Measurement(part, name, 100 * (graph / bare - 1), "%", 15.0, at_most=True, note=note)


def _scanned(listed: Path, known: Path) -> float:
    """Seconds of a processor that a scan takes, all its processes together."""
    out = listed.with_suffix(".out")
    words = ["scan", str(listed), "--brands", str(known), "--out", str(out), "--workers", str(_PROCESSES)]
    run = subprocess.Popen(
        [sys.executable, "-m", "workers.cli", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, words)
    return used.ru_utime + used.ru_stime
