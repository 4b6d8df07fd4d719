"""A catalogue's file scanned by workers in earnest, some of them killed: the bytes of a scan here."""

import json
import signal
import subprocess
import sys

import psutil
import pytest
from sqlalchemy import func, select

from tests.faults.conftest import House, open_house, until
from workers.spread.tables import Spread, SpreadPart

pytestmark = pytest.mark.slow
COUNT = 3_000


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    home = tmp_path_factory.mktemp("house")
    opened = open_house(home, f"sqlite:///{home / 'd.sqlite'}", DETECTOR_READER="tests.faults.faulty:light")
    opened.start("tests.faults.faulty", "rescan", "sweep", "--processes", "2")
    opened.start("workers.cli", "beat")
    yield opened
    opened.end()


@pytest.fixture(scope="module")
def market(house) -> list[str]:
    """Words that name a catalogue and brands; pictures hide names, and one kills whoever reads it."""
    listings = [
        {"id": f"L{n}", "title": ("Shoes", "Acrnera shoes", "Soap")[n % 3] + f" {n}"} for n in range(COUNT)
    ]
    for n, name in ((40, "Acmera.jpg"), (41, "plain.jpg"), (1_000, "crash.jpg"), (2_000, "Acmera.jpg")):
        listings[n]["images"] = [name]
    listings[77]["id"] = "L7"
    file = house.catalogue(listings)
    file.write_text(file.read_text() + "{broken\n")
    brands = house.home / "brands.jsonl"
    brands.write_text(json.dumps({"id": "acme", "name": "Acmera"}) + "\n")
    return ["--catalogue", str(file), "--brands", str(brands)]


def start(house: House, market: list[str], name: str, *more: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "workers.cli", "rescan", "start", *market, "--out", name, *more]
    log = (house.home / f"{name}.log").open("wb")
    return subprocess.Popen(words, cwd=house.home, env=house.environment, stderr=log)


@pytest.fixture(scope="module")
def expected(house, market) -> tuple[bytes, bytes]:
    assert start(house, market, "here.jsonl").wait(300) == 0
    return written(house, "here")


def written(house: House, name: str) -> tuple[bytes, bytes]:
    return tuple((house.home / f"{name}{kind}.jsonl").read_bytes() for kind in ("", ".rejects"))


def left(house: House) -> int:
    with house.database.reading() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Spread, SpreadPart)
        )


def test_workers_write_what_one_machine_writes(house, market, expected) -> None:
    assert expected[0].count(b"\n") == COUNT - 1
    assert b"crashed the reader" in expected[0]
    assert start(house, market, "there.jsonl", "--spread").wait(300) == 0
    assert written(house, "there") == expected
    assert left(house) == 0


def workers(house: House) -> list[psutil.Process]:
    """The processes of Celery's that take parts."""
    every = [child for one in house.processes for child in psutil.Process(one.pid).children(recursive=True)]
    return [one for one in every if "--queues=rescan" in " ".join(one.cmdline())]


def test_a_worker_and_then_the_asker_are_killed(house, market, expected) -> None:
    asker = start(house, market, "killed.jsonl", "--spread")
    out = house.home / "killed.jsonl"
    until(lambda: out.exists() and out.stat().st_size, what="it never began")
    for one in workers(house):
        one.send_signal(signal.SIGKILL)
    asker.kill()
    asker.wait()
    assert start(house, market, "killed.jsonl", "--spread", "--resume").wait(300) == 0
    assert written(house, "killed") == expected


def test_it_is_interrupted_and_goes_on_here(house, market, expected) -> None:
    asker = start(house, market, "stopped.jsonl", "--spread")
    out = house.home / "stopped.jsonl"
    until(lambda: out.exists() and out.stat().st_size, what="it never began")
    asker.send_signal(signal.SIGINT)
    assert asker.wait(60) in {0, 1}
    assert start(house, market, "stopped.jsonl", "--resume").wait(300) == 0
    assert written(house, "stopped") == expected
