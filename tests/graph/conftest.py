"""A graph that runs in this process: its messages are done one after another, in any order."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from brand_registry.judging import RegistryJudge
from brand_registry.people import HOUSE, Owner
from brand_registry.record import Record
from brand_registry.tables import Brand
from detector.errors import PictureRefused
from detector.reading import PictureReading, TextLine
from review.tables import Case
from storage.blobs import Blobs
from storage.database import Database
from tests.middle.endpoint import Endpoint, set_in_the_middle
from workers.graph import casing, fetching, judging, outbox, pulling, reading
from workers.graph.tables import Item, Outgoing, Run
from workers.middle import stage
from workers.middle.configured import middle

ACMERA = Record(id="acme", name="Acmera")


class LightReader:
    """Reads as text what stands in the bytes after 'picture:'. Anything else is no picture."""

    engine = "light"

    def __init__(self) -> None:
        self.reads: Counter[bytes] = Counter()

    def read(self, data: bytes) -> PictureReading:
        self.reads[data] += 1
        if not data.startswith(b"picture:"):
            raise PictureRefused("it is no picture")
        box = ((0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0))
        text = data.removeprefix(b"picture:").decode()
        lines = (TextLine(text, 0.99, box),) if text else ()
        return PictureReading("", 100, 100, lines, self.engine)


@dataclass
class Graph:
    database: Database
    blobs: Blobs
    folder: Path
    reader: LightReader = field(default_factory=LightReader)
    judge: RegistryJudge = field(default_factory=lambda: RegistryJudge([ACMERA], versions={"detector": "1"}))
    sent: list[tuple[str, list[int]]] = field(default_factory=list)
    """Messages that were done, for sending them again."""

    def current(self) -> RegistryJudge:
        return self.judge

    def catalogue(self, *listings: dict, name: str = "catalogue.jsonl") -> Path:
        file = self.folder / name
        file.write_text("".join(json.dumps(one) + "\n" for one in listings), "utf-8")
        return file

    def picture(self, name: str, text: str) -> str:
        (self.folder / name).write_bytes(b"picture:" + text.encode())
        return name

    def pull(self, file: Path) -> int:
        with self.database.writing("test") as session:
            return pulling.start(session, str(file))

    def do(self, task: str, numbers: list[int], again: bool = False) -> None:
        database, blobs = self.database, self.blobs
        if task == "pull":
            pulling.pull(database, numbers, again)
        elif task == "fetch":
            fetching.fetch(database, blobs, numbers, again)
        elif task == "read":
            reading.read(database, blobs, numbers, again, lambda kind: self.reader)
        elif task == "judge":
            judging.judge(database, blobs, self, numbers, again)
        elif task == "ask":
            stage.ask(database, blobs, middle(), numbers, again)
        else:
            casing.open_all(database, numbers, again)

    def messages(self) -> list[tuple[str, list[int]]]:
        """Takes what waits in the outbox."""
        with self.database.writing("test") as session:
            found = [
                (one.task, one.numbers) for one in session.scalars(select(Outgoing).order_by(Outgoing.id))
            ]
            session.execute(delete(Outgoing))
        self.sent += found
        return found

    def run(self, order=list, times: int = 1) -> None:
        """Does what there is to do until there is nothing more."""
        while messages := self.messages():
            for task, numbers in order(messages * times):
                self.do(task, numbers)

    def waiting_queues(self) -> set[str]:
        with self.database.reading() as session:
            return set(session.scalars(select(Outgoing.queue)))

    def cases(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Case)) or 0

    def verdicts(self) -> dict[str, int]:
        with self.database.reading() as session:
            rows = session.execute(
                select(Item.state, Item.verdict, func.count()).group_by(Item.state, Item.verdict)
            )
            return {f"{state} {verdict}": count for state, verdict, count in rows}

    def run_row(self, number: int) -> Run:
        with self.database.reading() as session:
            return session.get_one(Run, number)

    def brand(self, key: str, state: str) -> None:
        with self.database.writing("test") as session:
            house = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
            session.add(Brand(owner=house, key=key, name=key.title(), state=state))


@pytest.fixture
def endpoint(monkeypatch, tmp_path) -> Iterator[Endpoint]:
    """A model in the middle."""
    with set_in_the_middle(monkeypatch, tmp_path / "home") as server:
        yield server


@pytest.fixture
def graph(database, tmp_path, monkeypatch) -> Graph:
    monkeypatch.setattr(outbox, "send", lambda *_: 0)
    folder = tmp_path / "market"
    folder.mkdir()
    return Graph(database, Blobs(tmp_path / "blobs"), folder)
