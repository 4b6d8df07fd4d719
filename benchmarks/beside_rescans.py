"""Live traffic beside rescans: how much longer a check takes, and how large the workers that rescan grow.

`python -m benchmarks.beside_rescans` is run by `beside` in the home of the workers.
"""

import base64
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import psutil
from sqlalchemy import func, insert, select

from benchmarks.house import LONGEST, brands, catalogue, house
from benchmarks.invented import brand_names
from benchmarks.measurement import Measurement
from benchmarks.planted import REGISTRY, new_brands, planted
from review.tables import Listing, ListingVersion
from storage.blobs import blobs
from storage.database import Database, database_url
from storage.settings import settings
from workers.graph.claims import now
from workers.graph.outbox import announcing
from workers.prelisting.asked import asked_listing
from workers.prelisting.asking import answer, begin
from workers.registry.current import current_revision
from workers.rescans import moving
from workers.rescans.tables import ENDED, Kind
from workers.rescans.telling import report
from workers.shards.sealing import Sealer, without_waiting
from workers.shards.store import shard_store

_LISTINGS, _CHECKS, _LEAST = 500_000, 80, 8
_AT_ONCE, _EVERY = 10_000, 0.02


@dataclass(frozen=True, slots=True)
class _Told:
    """Seconds of each check with nothing beside it, and beside rescans, of which so many came to their end
    and looked at so many listings.
    """

    alone: Sequence[float]
    beside: Sequence[float]
    rescans: int
    listings: int


def beside(part: str, share: float) -> Iterator[Measurement]:
    """Checks of a listing with a new picture, one after another, alone and beside rescans without an end."""
    count, checks = max(_AT_ONCE, int(_LISTINGS * share)), max(_LEAST, int(_CHECKS * share))
    names = brand_names(REGISTRY)
    drawn = [name for name in names[:400] if name.isascii()]
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        folder = Path(temporary)
        for kind in ("alone", "beside"):
            catalogue(folder, kind, drawn, count=checks, new=checks)
        warm = catalogue(folder, "warm", drawn, count=8, new=8)
        file = brands(folder, names)
        with file.open("a") as more:
            more.writelines(one.model_dump_json(exclude_defaults=True) + "\n" for one in new_brands())
        with house(folder, 2) as home:
            home.run("brands", "import", str(file))
            home.run("pull", str(warm), "--wait")
            words = [sys.executable, "-m", "benchmarks.beside_rescans", str(folder), str(count), str(checks)]
            with _Largest(home.pids) as largest:
                done = subprocess.run(words, env=home.environment, check=True, stdout=subprocess.PIPE)
    told = _Told(**json.loads(done.stdout))
    alone, busy = (_p95(one) for one in (told.alone, told.beside))
    note = (
        f"p95 of {len(told.alone)} checks each, {alone:.2f} and {busy:.2f} s; two processes read and judge; "
        f"{told.rescans} rescans of {count:,} listings, {told.listings:,} looked at meanwhile"
    )
    yield Measurement(
        part, "a live check beside a rescan", busy / alone, "times", 1.2, at_most=True, note=note
    )
    note = "the largest of the processes of the queue, with what they share"
    yield Measurement(part, "a worker that rescans", largest.megabytes, "MB", 1_000, at_most=True, note=note)


class _Largest:
    """The most memory that a process of the queue `rescan` held meanwhile."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids, self._ended = pids, threading.Event()
        self.megabytes = 0.0
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Largest":
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._ended.wait(0.5):
            for pid in self._pids:
                for one in psutil.Process(pid).children(recursive=True):
                    try:
                        if "--queues=rescan" in one.cmdline():
                            self.megabytes = max(self.megabytes, one.memory_info().rss / 1e6)
                    except psutil.NoSuchProcess:
                        continue


def main() -> None:
    folder, count, checks = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    database = Database(database_url())
    _fill(database, count)
    lock = settings().home / "shards.lock"
    Sealer(database, blobs(), shard_store(), lock, without_waiting()).seal()
    alone = [_checked(database, folder / f"alone{n}.png") for n in range(checks)]
    rescans, times = [_rescan(database, 0)], list[float]()
    _wait_for(database, rescans[0])
    for n in range(checks):
        times.append(_checked(database, folder / f"beside{n}.png"))
        if _report(database, rescans[-1])[0] in ENDED:
            rescans.append(_rescan(database, len(rescans)))
    stood = [_report(database, number) for number in rescans]
    ended = sum(state in ENDED for state, _ in stood)
    print(json.dumps(asdict(_Told(alone, times, ended, sum(seen for _, seen in stood)))))


def _fill(database: Database, count: int) -> None:
    """Listings that were there before the brands joined."""
    with database.reading() as session:
        first = 1 + max(session.scalar(select(func.max(kind.id))) or 0 for kind in (Listing, ListingVersion))
    said = islice(planted(new_brands(), described=True), count)
    common = {"seen": now(), "content": "0" * 64, "version": 1, "source": "bench"}
    for start in range(first, first + count, _AT_ONCE):
        some = list(enumerate(islice(said, _AT_ONCE), start))
        with database.writing("bench") as session:
            session.execute(insert(Listing), [common | {"id": n, "key": f"L{n}"} for n, _ in some])
            session.execute(
                insert(ListingVersion),
                [
                    {"id": n, "listing_id": n, "number": 1, "content": "0" * 64, "since": now()}
                    | {"data": one.model_dump_json(exclude_defaults=True)}
                    for n, one in some
                ],
            )


def _checked(database: Database, picture: Path) -> float:
    """Seconds from the asking to the answer."""
    data = base64.b64encode(picture.read_bytes()).decode()
    body = json.dumps({"id": picture.name, "title": "Poster", "images": [{"data": data}]}).encode()
    began = time.perf_counter()
    ticket = begin(database, asked_listing(body, blobs()))
    while (told := answer(database, ticket)) is None or told.result is None:
        time.sleep(_EVERY)
    return time.perf_counter() - began


def _rescan(database: Database, nth: int) -> int:
    with announcing(database, "bench") as session:
        number = moving.begin(session, moving.Wish(Kind.BRAND, [f"new{nth % 10}"]), "bench").id
        moving.advance(session, moving.resume(session, number), current_revision())
    return number


def _wait_for(database: Database, rescan: int) -> None:
    """Until it looks at listings: what a process loads before is no part of it. Raises `TimeoutError`."""
    until = time.monotonic() + LONGEST
    while not _report(database, rescan)[1]:
        if time.monotonic() > until:
            raise TimeoutError(f"rescan {rescan} looked at nothing within {LONGEST:.0f} seconds")
        time.sleep(_EVERY)


def _report(database: Database, number: int) -> tuple[str, int]:
    with database.reading() as session:
        told = report(session, moving.known(session, number))
    return told.state, told.counts["listings"]


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(0.95 * len(seconds))]


if __name__ == "__main__":
    main()
