"""Messages that are lost, doubled and reordered, and a broker that dies."""

import os
import random
import signal
import time

import pytest
import redis
from celery import Celery
from sqlalchemy import select

from tests.faults.conftest import House, market, until
from workers.graph.outbox import QUEUE_OF
from workers.graph.tables import Item, Picture, Reading, Run

pytestmark = pytest.mark.slow


def client(house: House) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(house.broker.socket))


def half_done(house: House, run: int) -> None:
    until(lambda: house.state(run)["done"] >= 5)


@pytest.mark.parametrize("way", ["flushed", "killed", "killed and flushed"])
def test_a_broker_that_forgets(house, way) -> None:
    run = house.pull(house.catalogue(market(60, 24)))
    half_done(house, run)
    if "killed" in way:
        os.kill(int(client(house).info("server")["process_id"]), signal.SIGKILL)
        until(house.broker.answers)
    if "flushed" in way:
        client(house).flushall()
    house.wait(run)
    house.account(run, f"the broker {way}").once(60, flagged=20)


def test_doubled_and_reordered_messages(house) -> None:
    shuffled = random.Random(7)
    run = house.pull(house.catalogue(market(30)))
    half_done(house, run)
    with house.database.reading() as session:
        asked = [
            (task, number)
            for task, kind in (
                ("fetch", Picture),
                ("read", Reading),
                ("judge", Item),
                ("open_cases", Item),
                ("pull", Run),
            )
            for number in session.scalars(select(kind.id))
        ]
    sender = Celery(broker=house.broker.url)
    messages = shuffled.sample(asked * 3, min(len(asked) * 3, 1_000))
    for task, number in messages:
        sender.send_task(task, [[number]], queue=QUEUE_OF[task])
    house.wait(run)
    until(lambda: not any(client(house).llen(queue) for queue in set(QUEUE_OF.values())))
    house.account(run, f"{len(messages):,} messages too many, in any order").once(30, flagged=10)


def test_two_workers_on_one_item(house) -> None:
    run = house.pull(house.catalogue([{"id": "L1", "title": "Acrnera shoes", "images": ["slow.jpg"]}]))
    until(lambda: house.state(run))

    def reading() -> Reading | None:
        with house.database.reading() as session:
            return session.scalars(select(Reading).order_by(Reading.id.desc()).limit(1)).one()

    until(lambda: reading().state == "working")
    sender = Celery(broker=house.broker.url)
    for _ in range(6):
        sender.send_task("read", [[reading().id]], queue="vision")
    house.wait(run)
    house.account(run, "seven messages to read one picture").once(1, flagged=1)
    assert reading().attempts == 1


def test_the_clock_jumps(house) -> None:
    run = house.pull(house.catalogue(market(60, 24)))
    half_done(house, run)
    house.fault("clock", "7200")
    time.sleep(1)
    house.fault("clock", "-7200")
    house.wait(run)
    house.account(run, "the clock jumped two hours ahead and four back").once(60, flagged=20)
    second = house.pull(house.catalogue(market(30)))
    until(lambda: house.state(second)["done"] >= 2)
    (house.faults / "clock").unlink()
    house.wait(second)
    house.account(second, "and to where it was").once(30, flagged=10)
