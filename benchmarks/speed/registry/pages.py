"""Pages of the portal and calls of the API, with 100,000 brands of 200 owners."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from sqlalchemy import insert, select
from starlette.testclient import TestClient

from benchmarks.databases import databases
from benchmarks.invented import brand_names
from benchmarks.measurement import Measurement
from brand_registry.browsing import cursor_at
from brand_registry.identity.sessions import begin
from brand_registry.people import Owner, Person, Role, RoleHeld
from brand_registry.tables import Brand, Mark
from brand_registry.web.app import create_app
from storage.blobs import Blobs
from storage.database import Database

_NAME = "registry"
BRANDS, OWNERS = 100_000, 200
_TIMES = 60
_MOST = 0.1
"""Seconds that the 95th percentile may take."""


def measure() -> Iterator[Measurement]:
    """Measures the whole application in this process, without a network in between."""
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary:
        folder = Path(temporary)
        with databases(folder) as made:
            for kind, empty in made.items():
                database = Database(empty("pages"))
                _fill(database)
                app = create_app(database, Blobs(folder / "blobs"))
                with TestClient(app, headers={"Accept": "text/html"}) as client:
                    yield from _measured(client, database, kind)
                database.close()


def _measured(client: TestClient, database: Database, kind: str) -> Iterator[Measurement]:
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
    for what, addresses in ways.items():
        middle, slow = _times(lambda address: client.get(address).raise_for_status(), addresses)
        peers = (("by OFFSET, the bare query", _offset(database)),) if "wherever" in what else ()
        yield Measurement(
            _NAME, f"{what}, {BRANDS:,} brands, {kind}, p95", slow, "s", _MOST, at_most=True, peers=peers,
            note=f"p50 {middle * 1000:.0f} ms",
        )  # fmt: skip


def _fill(database: Database) -> None:
    names = brand_names(BRANDS)
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


def _cursors(database: Database) -> list[str]:
    """Places all over the list."""
    with database.reading() as session:
        rows = session.execute(
            select(Brand.name, Brand.id).where(Brand.id % (BRANDS // _TIMES) == 0).order_by(Brand.name)
        ).all()
    return [cursor_at(name, number) for name, number in rows][:_TIMES]


def _offset(database: Database) -> float:
    def ask(start: int) -> Any:
        with database.reading() as session:
            return session.execute(select(Brand).order_by(Brand.name, Brand.id).offset(start).limit(50)).all()

    return _times(ask, range(0, BRANDS, BRANDS // _TIMES))[1]


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
