"""the review queue: what a reviewer waits for, beside 50 of them at work, and cases handed out once

Generated: a listing a case and ten pieces of evidence each, 1,000,000 cases in PostgreSQL and 200,000 in
SQLite, two in five of them decided; sellers with twenty cases, one with ten thousand. `--share 0.01` takes a
hundredth, and works for as much less.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.measurement import Measurement
from benchmarks.speed.review.claims import claimed
from benchmarks.speed.review.filling import fill
from benchmarks.speed.review.working import worked
from storage.database import Database

NAME = "review"
_CASES = {"PostgreSQL": 1_000_000, "SQLite": 200_000}
SHORTEST = 20.0
"""Seconds of work, however small the share."""
_CLAIMS = {"PostgreSQL": 100_000, "SQLite": 20_000}


def measure(share: float = 1.0) -> Iterator[Measurement]:
    """The pages by the real server in a process of its own; the claims by eight threads of this one."""
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        folder = Path(temporary)
        with databases(folder) as made:
            for kind, empty in reversed(made.items()):
                url, cases = empty("review"), max(int(_CASES[kind] * share), 1_000)
                database = Database(url)
                seconds = fill(database, cases)
                where = f"{kind}, {cases:,} cases"
                yield Measurement(
                    NAME, f"filled: {where}", seconds, "s", note=f"{10 * cases:,} pieces of evidence"
                )
                yield from worked(
                    NAME, where, database, url=url, folder=folder, seconds=max(120 * share, SHORTEST)
                )
                yield from claimed(NAME, where, database, min(int(_CLAIMS[kind] * share) or 1, cases // 2))
                database.close()
