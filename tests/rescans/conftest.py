"""A graph that also judges again, in this process."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from brand_registry.changes import Registry
from brand_registry.judging import RegistryJudge
from brand_registry.people import HOUSE, Owner
from brand_registry.record import Record
from brand_registry.states import BrandState
from brand_registry.storing import store
from brand_registry.tables import Brand
from storage.blobs import Blobs
from tests.graph.conftest import ACMERA, Graph, LightReader
from workers.graph import outbox
from workers.reading import engine_key
from workers.rescans import moving
from workers.rescans.comparing import compare
from workers.rescans.estimating import estimate_of
from workers.rescans.rereading import read_next
from workers.rescans.switching import switch
from workers.rescans.tables import Kind
from workers.rescans.telling import Report, report
from workers.rescans.working import Rescanner, move_on, move_some
from workers.shards.sealing import SIZES, Sealer, Sizes, without_waiting
from workers.shards.store import ShardStore

ZEPHYRA = Record(id="zephyra", name="Zephyra")


@dataclass
class Rescans(Graph):
    """`revision` is of the snapshot that is judged with."""

    revision: int = 0
    next_reader: LightReader | None = None

    def __post_init__(self) -> None:
        self.store = ShardStore(str(self.folder.parent / "shards"))
        self.rescanner = Rescanner(self.database, self.blobs, self, self.store)

    def sealer(self, sizes: Sizes = SIZES) -> Sealer:
        lock = self.folder.parent / "shards.lock"
        return Sealer(self.database, self.blobs, self.store, lock, without_waiting(sizes))

    def do(self, task: str, numbers: list[int], again: bool = False) -> None:
        if task == "rescan":
            self.rescanner.rescan(numbers, again)
        elif task == "read_next":
            found = read_next(self.database, self.blobs, numbers, again, lambda *_: self.next_reader)
            move_some(self.database, found, self.revision)
        elif task == "switch":
            for number in numbers:
                switch(self.database, number)
        elif task == "estimate":
            for number in numbers:
                if self.report(number).kind == Kind.MODEL:
                    compare(self.database, self.blobs, self.judge, number)
                else:
                    estimate_of(self.database, self.blobs, self, number)
        else:
            super().do(task, numbers, again)

    def registry(self, *brands: Record, **more) -> None:
        """Has these brands judged with from now on, and no others."""
        states = more.get("states", {})
        with self.database.writing("test") as session:
            owner = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
            rows = {row.key: row for row in session.scalars(select(Brand))}
            for one in brands:
                row = rows.pop(one.id, None) or Brand(owner=owner, key=one.id, name=one.name)
                session.add(row)
                store(row, one, {})
                row.state = states.get(one.id, BrandState.LIVE)
            for row in rows.values():
                row.state = BrandState.RETIRED
        with self.database.writing("test") as session:
            row = session.scalars(select(Registry)).one()
            row.revision += 1
            self.revision = row.revision
        versions = {"detector": "1", "registry": f"r{self.revision}-0123456789ab", "settings": engine_key()}
        self.judge = RegistryJudge(brands, **{"versions": versions, **more})

    def begin(self, *brands: str, **wish) -> int:
        with self.database.writing("test") as session:
            kind = Kind.BRAND if brands else Kind.RULE
            number = moving.begin(session, moving.Wish(kind, brands, **wish), "test").id
            moving.advance(session, moving.resume(session, number), self.revision)
        return number

    def again(self, *brands: str, **wish) -> Report:
        """Judges everything again, to the end."""
        number = self.begin(*brands, **wish)
        self.finish()
        return self.report(number)

    def finish(self) -> None:
        self.run()
        move_on(self.database, self.revision)
        self.run()

    def move(self, deed, number: int) -> None:
        with self.database.writing("test") as session:
            moving.advance(session, deed(session, number), self.revision)

    def report(self, number: int) -> Report:
        with self.database.reading() as session:
            return report(session, moving.known(session, number))


@pytest.fixture
def rescans(database, tmp_path, monkeypatch) -> Rescans:
    monkeypatch.setattr(outbox, "send", lambda *_: 0)
    folder = tmp_path / "market"
    folder.mkdir()
    house = Rescans(database, Blobs(tmp_path / "blobs"), folder)
    house.registry(ACMERA)
    return house
