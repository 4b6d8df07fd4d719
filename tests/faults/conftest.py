"""Workers as they run in earnest, each in processes of its own, and what came of every listing in the end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psutil
import pytest
from sqlalchemy import func, select

from brand_registry.people import HOUSE, Owner
from brand_registry.tables import Brand
from review.tables import Case, CaseEvidence, Listing, ListingVersion
from storage.database import Database
from storage.errors import StorageError
from workers.broker import EmbeddedBroker
from workers.graph.pulling import start
from workers.graph.tables import Item, Outgoing, Picture, Quarantined, Reading, Run

ROOT = Path(__file__).parents[2]
_names = count()


def until(
    condition: Callable[[], object],
    seconds: float = 300.0,
    what: str | Callable[[], str] = "it never came true",
) -> None:
    """`what` is said where it is waited for in vain; what there is by then, as a function tells it."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what if isinstance(what, str) else what()
        time.sleep(0.1)


@dataclass
class House:
    """An installation: a database, a broker, workers and a clock."""

    home: Path
    url: str
    environment: dict[str, str]

    def __post_init__(self) -> None:
        self.database = Database(self.url)
        self.broker = EmbeddedBroker(self.home / "valkey")
        self.faults = self.home / "faults"
        self.faults.mkdir()
        # Bound and never listened at: nobody else gets it, and whoever connects is refused.
        self._dead = socket.socket()
        self._dead.bind(("127.0.0.1", 0))
        self.environment = os.environ | {
            "PYTHONPATH": str(ROOT), "FAULTS": str(self.faults), "DETECTOR_HOME": str(self.home),
            "DETECTOR_DATABASE": self.url, "DETECTOR_LEASE": "3", "DETECTOR_PATIENCE": "0.6",
            "DETECTOR_TEXT_MODEL": "none", "DETECTOR_SOURCES": str(self.home / "sources.yaml"),
            "DETECTOR_FETCH_ALLOW": f"127.0.0.1:{self.dead_port}",
        } | self.environment  # fmt: skip
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def dead_port(self) -> int:
        return self._dead.getsockname()[1]

    def start(self, *words: str) -> None:
        self.log = (self.home / "log").open("ab")
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env=self.environment,
                stdout=self.log,
                stderr=self.log,
                start_new_session=True,
            )
        )

    def stop(self) -> list[int]:
        """The exit status of each, after it was asked to end."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        return [process.wait(90) for process in self.processes]

    def end(self) -> None:
        for process in self.processes:
            for child in (
                [*psutil.Process(process.pid).children(recursive=True), process]
                if process.poll() is None
                else []
            ):
                child.kill()
            process.wait()
        self.database.close()
        self._dead.close()

    def fault(self, stage: str, what: str = "killed") -> None:
        (self.faults / stage).write_text(what)

    def met(self, stage: str) -> bool:
        return not (self.faults / stage).exists()

    def catalogue(self, listings: list[dict]) -> Path:
        folder = self.home / f"market{next(_names)}"
        folder.mkdir()
        for listing in listings:
            for name in listing.get("images", ()):
                (folder / name).write_bytes(
                    b"picture:" + name.split(".")[0].encode() + f"#{folder.name}".encode()
                )
        (folder / "catalogue.jsonl").write_text("".join(json.dumps(one) + "\n" for one in listings))
        return folder / "catalogue.jsonl"

    def pull(self, source: Path | str) -> int:
        with self.database.writing("test") as session:
            return start(session, str(source))

    def state(self, run: int) -> Counter[str]:
        with self.database.reading() as session:
            rows = session.execute(
                select(Item.state, func.count()).where(Item.run_id == run).group_by(Item.state)
            )
            return Counter(dict(rows.all()))

    def settled(self, run: int) -> bool:
        """Whether the pull and all its listings have come to an end."""
        try:
            with self.database.reading() as session:
                pulled = session.get_one(Run, run).state in {"done", "quarantined"}
            moving = {"blocked", "waiting", "working"} & self.state(run).keys()
        except StorageError:
            return False
        return pulled and not moving

    def wait(self, run: int) -> None:
        until(lambda: self.settled(run), what=lambda: f"not settled: {self.state(run)}\n{self.complaints()}")

    def complaints(self) -> str:
        """The last that the workers wrote of what went wrong."""
        lines = (self.home / "log").read_text(errors="replace").splitlines()
        return "\n".join(line[:1_000] for line in lines if '"level": "info"' not in line)[-5_000:]

    def account(self, run: int, title: str) -> "Account":
        account = Account.of(self.database, run)
        print(f"\n{title}: {account}")
        return account


@dataclass(frozen=True)
class Account:
    """What became of the listings of a run."""

    listings: int
    states: dict[str, int]
    verdicts: dict[str, int]
    cases: int
    cases_a_listing: int
    evidence_twice: int
    quarantined: dict[str, str]
    pictures: dict[str, int]
    readings_twice: int
    outbox: int

    @classmethod
    def of(cls, database: Database, run: int) -> "Account":
        with database.reading() as session:
            of_run = (
                select(ListingVersion.listing_id)
                .join(Item, Item.version_id == ListingVersion.id)
                .where(Item.run_id == run)
            )
            listing = select(Listing.id).where(Listing.id.in_(of_run)).subquery()
            a_listing = (
                select(func.count(Case.id).label("n"))
                .where(Case.listing_id.in_(of_run))
                .group_by(Case.listing_id, Case.brand)
                .subquery()
            )
            twice = (
                select(func.count().label("n"))
                .select_from(CaseEvidence)
                .group_by(CaseEvidence.case_id, CaseEvidence.key)
                .subquery()
            )
            read_twice = (
                select(func.count().label("n")).select_from(Reading).group_by(Reading.sha256).subquery()
            )

            def counted(column, *where) -> dict[str, int]:
                rows = session.execute(select(column, func.count()).where(*where).group_by(column))
                return {str(name): number for name, number in rows}

            return cls(
                session.scalar(select(func.count()).select_from(listing)),
                counted(Item.state, Item.run_id == run),
                counted(Item.verdict, Item.run_id == run),
                session.scalar(select(func.count()).select_from(Case).where(Case.listing_id.in_(of_run))),
                session.scalar(select(func.max(a_listing.c.n))) or 0,
                session.scalar(select(func.count()).select_from(twice).where(twice.c.n > 1)),
                dict(
                    session.execute(
                        select(Quarantined.kind, Quarantined.why).where(
                            (Quarantined.run_id == run) | Quarantined.run_id.is_(None)
                        )
                    ).all()
                ),
                counted(Picture.state),
                session.scalar(select(func.count()).select_from(read_twice).where(read_twice.c.n > 1)),
                session.scalar(select(func.count()).select_from(Outgoing)),
            )

    def once(self, listings: int, flagged: int, quarantined: int = 0) -> None:
        """Every listing was judged once in its effects, or put aside."""
        assert self.listings == sum(self.states.values()) == listings
        assert self.states.get("quarantined", 0) == quarantined
        assert self.states.get("done", 0) == listings - quarantined
        assert self.verdicts.get("flag", 0) == self.cases == flagged
        assert self.cases_a_listing <= 1
        assert self.evidence_twice == self.readings_twice == 0


def market(listings: int = 30, pictures: int = 12) -> list[dict]:
    """Every third listing abuses the brand; each shows two of the pictures."""
    return [
        {
            "id": f"L{n}",
            "title": "Shoes" if n % 3 else "Acrnera shoes",
            "images": [f"{n % pictures}.jpg", f"{(n * 5 + 1) % pictures}.jpg"],
        }
        for n in range(listings)
    ]


def open_house(home: Path, url: str, **environment: str) -> House:
    home.mkdir(exist_ok=True)
    house = House(home, url, environment)
    with house.database.writing("test") as session:
        owner = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
        session.add(Brand(owner=owner, key="acmera", name="Acmera"))
    return house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """On SQLite, with a reader that is quick."""
    home = tmp_path_factory.mktemp("house")
    opened = open_house(home, f"sqlite:///{home / 'd.sqlite'}", DETECTOR_READER="tests.faults.faulty:light")
    opened.start("tests.faults.faulty", "--processes", "2")
    opened.start("workers.cli", "beat")
    yield opened
    opened.end()
