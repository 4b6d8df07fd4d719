"""Pages of the portal and calls of the API, with 100,000 brands of 200 owners."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
import psutil
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from benchmarks.databases import databases
from benchmarks.invented import brand_names
from benchmarks.measurement import Measurement
from brand_registry.browsing import cursor_at
from brand_registry.identity.sessions import begin
from brand_registry.people import Owner, Person, Role, RoleHeld
from brand_registry.tables import Brand, Mark
from brand_registry.words import keep_words
from storage.database import Database

_NAME = "registry"
BRANDS, OWNERS = 100_000, 200
_TIMES = 60
_MOST = 0.1
"""Seconds that the 95th percentile may take."""


def measure(share: float = 1.0) -> Iterator[Measurement]:
    """Measures `detector serve` with a `share` of the brands, asked over one connection that stays."""
    brands = int(BRANDS * share)
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        folder = Path(temporary)
        with databases(folder) as made:
            for kind, empty in made.items():
                database = Database(url := empty("pages"))
                _fill(database, brands)
                with _serving(url, folder) as (server, address), httpx.Client(base_url=address) as client:
                    yield from _measured(client, server, database, f"{brands:,} brands, {kind}")
                database.close()


@contextmanager
def _serving(url: str, folder: Path) -> Iterator[tuple[psutil.Process, str]]:
    """The server's process and address, once it answers."""
    own = {"DETECTOR_DATABASE": url, "DETECTOR_HOME": str(folder / "home")}
    words = [sys.executable, "-m", "workers.cli", "serve", "--alone", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=os.environ | own, text=True) as running:
        try:
            said = running.stdout.readline() if running.stdout else ""
            address = said.removeprefix("The pages are at ").split("/ ")[0]
            _wait_for(f"{address}/signin")
            yield psutil.Process(running.pid), address
        finally:
            running.terminate()


def _wait_for(address: str) -> None:
    end = time.monotonic() + 120
    while True:
        try:
            httpx.get(address, timeout=60).raise_for_status()
        except httpx.ConnectError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def _measured(
    client: httpx.Client, server: psutil.Process, database: Database, what: str
) -> Iterator[Measurement]:
    client.headers["Accept"] = "text/html"
    with database.writing("bench") as session:
        person = session.scalars(select(Person)).one()
        client.cookies.set("session", begin(session, person.id, "bench"))
    with database.reading() as session:
        keys = session.execute(
            select(Owner.key, Brand.key).join(Brand).order_by(Brand.id).limit(_TIMES)
        ).all()
        names = session.scalars(select(Brand.name).order_by(Brand.id).limit(_TIMES)).all()
        cursors = _cursors(database)
    ways: dict[str, Sequence[str]] = {
        "page: the brands, wherever in the list": [f"/brands?after={one}" for one in cursors],
        "page: brands by a word of their name": [f"/brands?q={name.split()[0][:5]}" for name in names],
        "page: a brand": [f"/brands/{owner}/{key}" for owner, key in keys],
        "page: a brand's marks": [f"/brands/{owner}/{key}/marks" for owner, key in keys],
        "API: the brands, wherever in the list": [f"/v1/brands?after={one}" for one in cursors],
        "API: a brand": [f"/v1/brands/{owner}/{key}" for owner, key in keys],
    }
    for way, addresses in ways.items():
        before = server.cpu_times()
        middle, slow = _times(lambda address: client.get(address).raise_for_status(), addresses)
        after = server.cpu_times()
        computed = (after.user + after.system - before.user - before.system) / (len(addresses) + 1)
        peers = (("by OFFSET, the bare query", _offset(database)),) if "wherever" in way else ()
        yield Measurement(
            _NAME, f"{way}, {what}, p95", slow, "s", _MOST, at_most=True, peers=peers,
            note=f"p50 {middle * 1000:.0f} ms; {computed * 1000:.0f} ms of the server's processor time each",
        )  # fmt: skip


def _fill(database: Database, count: int) -> None:
    """A registry as an import leaves it, without its history."""
    names = brand_names(count)
    brands = [
        {"id": number, "owner_id": 2 + number % OWNERS, "key": f"b{number}", "name": name, "state": "live"}
        | {"categories": [], "extra": {}, "revision": 1, "version": 1}
        for number, name in enumerate(names, 1)
    ]
    marks = [
        {"brand_id": number, "position": 0, "text": name, "script": "Latin", "classes": [25]}
        | {"territories": ["EU"], "common_word": False, "extra": {}}
        for number, name in enumerate(names, 1)
    ]
    with database.writing("bench") as session:
        session.add_all(
            Owner(id=2 + number, key=f"o{number}", name=f"Owner {number}") for number in range(OWNERS)
        )
        session.add(Person(email="a@b.example", name="A", roles=[RoleHeld(role=Role.ADMINISTRATOR)]))
    with database.engine.begin() as connection:
        connection.execute(insert(Brand.__table__), brands)  # type: ignore[arg-type]
        connection.execute(insert(Mark.__table__), marks)  # type: ignore[arg-type]
        keep_words(connection, range(1, count + 1))


def _cursors(database: Database) -> list[str]:
    """Places all over the list."""
    with database.reading() as session:
        every = max(1, _count(session) // _TIMES)
        rows = session.execute(
            select(Brand.name, Brand.id).where(Brand.id % every == 0).order_by(Brand.name)
        ).all()
    return [cursor_at(name, number) for name, number in rows][:_TIMES]


def _offset(database: Database) -> float:
    def ask(start: int) -> Any:
        with database.reading() as session:
            return session.execute(select(Brand).order_by(Brand.name, Brand.id).offset(start).limit(50)).all()

    with database.reading() as session:
        brands = _count(session)
    return _times(ask, range(0, brands, max(1, brands // _TIMES)))[1]


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Brand)) or 0


def _times(ask: Callable[[Any], Any], every: Sequence[Any]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    ask(every[0])
    took = []
    for one in every:
        began = time.perf_counter()
        ask(one)
        took.append(time.perf_counter() - began)
    cut = quantiles(took, n=20)
    return cut[9], cut[18]
