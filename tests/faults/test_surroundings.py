"""What workers stand on fails: the database, the disk, the registry under them, a marketplace."""

import os
import signal
import subprocess
import time

import psutil
import pytest
import redis
import yaml
from sqlalchemy import select

from brand_registry.people import HOUSE, Owner
from brand_registry.tables import Brand
from tests.faults.conftest import House, market, open_house, until
from tests.postgresql import open_server
from workers.graph.tables import Item, Run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server():
    with open_server() as running:
        yield running


def runs(server) -> bool:
    try:
        server.ensure_postgres_running()
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return False  # what is left of the one before is in its way yet
    return True


@pytest.fixture(scope="module")
def on_postgresql(server, tmp_path_factory):
    home = tmp_path_factory.mktemp("house")
    url = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://")
    opened = open_house(home, url, DETECTOR_READER="tests.faults.faulty:light")
    opened.start("tests.faults.faulty", "--processes", "2")
    opened.start("workers.cli", "beat")
    yield opened
    opened.end()


@pytest.mark.parametrize("also", ["alone", "and the broker"])
def test_the_database_is_restarted(on_postgresql: House, server, also) -> None:
    house = on_postgresql
    run = house.pull(house.catalogue(market(60, 24)))
    until(lambda: house.state(run)["done"] >= 3)
    postmaster = psutil.Process(server.get_pid())
    postmaster.send_signal(signal.SIGQUIT)  # it ends at once, as in a crash
    if also != "alone":
        broker = redis.Redis(unix_socket_path=str(house.broker.socket))
        os.kill(int(broker.info("server")["process_id"]), signal.SIGKILL)
    until(lambda: not postmaster.is_running() or postmaster.status() == psutil.STATUS_ZOMBIE)
    time.sleep(1)  # so that work is met by its absence
    until(lambda: runs(server))
    house.wait(run)
    house.account(run, f"the database restarted, {also}").once(60, flagged=20)


def test_a_worker_killed_on_postgresql(on_postgresql: House) -> None:
    house = on_postgresql
    house.fault("judge", "parent_killed")
    run = house.pull(house.catalogue(market(30)))
    house.wait(run)
    house.account(run, "a worker killed in judge, on PostgreSQL").once(30, flagged=10)


def test_the_disk_is_full_for_a_while(house) -> None:
    house.fault("disk full")
    run = house.pull(house.catalogue(market(30)))
    until(lambda: house.state(run)["blocked"] == 30)
    time.sleep(3)
    assert house.state(run) == {"blocked": 30}
    (house.faults / "disk full").unlink()
    house.wait(run)
    house.account(run, "a full disk, until somebody made room").once(30, flagged=10)


def test_the_registry_changes_in_the_middle(house) -> None:
    run = house.pull(house.catalogue(market(60, 24)))
    until(lambda: house.state(run)["done"] >= 5)
    with house.database.writing("test") as session:
        owner = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
        session.add(Brand(owner=owner, key="other", name="Zzyzxqua"))
    house.wait(run)
    house.account(run, "another registry from the middle on").once(60, flagged=20)


def test_a_marketplace_that_is_down_is_told(house) -> None:
    shop = {
        "name": "shop",
        "kind": "shopify",
        "url": f"http://127.0.0.1:{house.dead_port}",
        "attempts": 1,
        "first_wait": 0,
    }
    (house.home / "sources.yaml").write_text(yaml.safe_dump({"sources": [shop]}))
    run = house.pull("shop")
    house.wait(run)
    with house.database.reading() as session:
        row = session.get_one(Run, run)
    account = house.account(run, "a marketplace that was down")
    assert (row.state, row.attempts) == ("quarantined", 3)
    assert "127.0.0.1" in account.quarantined["runs"]


def test_a_worker_that_is_told_to_end_finishes_what_it_is_at(tmp_path) -> None:
    house = open_house(
        tmp_path, f"sqlite:///{tmp_path / 'd.sqlite'}", DETECTOR_READER="tests.faults.faulty:light"
    )
    try:
        house.start("tests.faults.faulty", "--processes", "1")
        house.start("workers.cli", "beat")
        run = house.pull(house.catalogue(market(60, 24)))
        until(lambda: house.state(run))
        assert house.stop() == [0, 0]
        assert "working" not in house.state(run)
        assert not house.settled(run)
        with house.database.reading() as session:
            assert max(session.scalars(select(Item.attempts).where(Item.run_id == run))) <= 1
        house.processes.clear()
        house.start("tests.faults.faulty", "--processes", "2")
        house.start("workers.cli", "beat")
        house.wait(run)
        house.account(run, "stopped in the middle and started again").once(60, flagged=20)
    finally:
        house.end()
