"""What got lost is found, and what only waits is left in line."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import update

from workers.graph import claims, pulling, sweeping
from workers.graph.outbox import announcing
from workers.graph.sweeping import sweep
from workers.graph.tables import Item, Outgoing, Reading, Run


@pytest.fixture
def lengths(monkeypatch):
    """How many messages the broker's queues hold; None where it doesn't answer."""
    queues: dict[str, int] = {}
    monkeypatch.setattr(sweeping, "send", lambda _: 0)
    monkeypatch.setattr(sweeping, "queue_lengths", lambda: queues)
    return queues


def late(graph, kind) -> None:
    with graph.database.writing("test") as session:
        session.execute(update(kind).values(due=claims.now() - timedelta(seconds=1)))


def with_pictures(graph, count=3) -> None:
    names = [graph.picture(f"{n}.jpg", f"{n}") for n in range(count)]
    graph.pull(graph.catalogue(*({"id": name, "title": "Shoes", "images": [name]} for name in names)))
    for _ in range(2):
        for message in graph.messages():
            graph.do(*message)


def test_a_message_that_was_lost_is_sent_again_when_its_time_is_up(graph, lengths) -> None:
    with_pictures(graph)
    graph.messages()  # and nobody gets them
    assert sweep(graph.database)["readings"] == 0
    late(graph, Reading)
    assert sweep(graph.database)["readings"] == 3
    assert sweep(graph.database)["readings"] == 0
    graph.run()
    assert graph.verdicts() == {"done clear": 3}


def test_what_waits_in_line_is_not_sent_again(graph, lengths) -> None:
    with_pictures(graph)
    late(graph, Reading)
    lengths["vision"] = 3
    assert sweep(graph.database)["readings"] == 0
    lengths["vision"] = 2
    assert sweep(graph.database)["readings"] == 3


def test_what_was_claimed_and_not_heard_of_is_sent_however_long_the_line(graph, lengths) -> None:
    with_pictures(graph)
    with graph.database.writing("test") as session:
        assert len(claims.claim(session, Reading, [1])) == 1
    late(graph, Reading)
    lengths["vision"] = 50
    assert sweep(graph.database)["readings"] == 1


def test_a_clock_that_was_set_back_blocks_nothing(graph, lengths) -> None:
    with_pictures(graph)
    graph.messages()
    with graph.database.writing("test") as session:
        session.execute(update(Reading).values(due=claims.now() + timedelta(days=1)))
    assert sweep(graph.database)["readings"] == 3


def test_a_listing_whose_last_picture_let_nobody_go_is_found(graph, lengths) -> None:
    with_pictures(graph, 1)
    graph.messages()
    with graph.database.writing("test") as session:
        session.execute(update(Reading).values(state="refused", why="it is no picture"))
    late(graph, Item)
    assert sweep(graph.database)["unblocked"] == 1
    graph.run()
    assert graph.verdicts() == {"done incomplete": 1}


def test_what_failed_before_is_sent_alone(graph, lengths) -> None:
    graph.pull(graph.catalogue(*({"id": f"L{n}", "title": "Shoes"} for n in range(5))))
    graph.do(*graph.messages()[0])
    graph.messages()
    with graph.database.writing("test") as session:
        session.execute(update(Item).where(Item.id <= 2).values(attempts=1))
    late(graph, Item)
    sweep(graph.database)
    assert sorted(numbers for task, numbers in graph.messages() if task == "judge") == [[1], [2], [3, 4, 5]]


def test_without_a_broker_nothing_is_given_out(graph, lengths, monkeypatch) -> None:
    with_pictures(graph)
    late(graph, Reading)
    monkeypatch.setattr(sweeping, "queue_lengths", lambda: None)
    assert sweep(graph.database) == {}


def test_a_message_is_written_with_what_it_announces_or_not_at_all(graph) -> None:
    def half() -> None:
        with announcing(graph.database, "test") as session:
            graph_items = Outgoing(task="judge", queue="judge", numbers=[1], at=claims.now())
            session.add(graph_items)
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert graph.messages() == []


def test_a_pull_that_waits_long_for_its_first_page_keeps_its_claim(graph, monkeypatch) -> None:
    monkeypatch.setattr(claims, "lease", lambda: timedelta(seconds=1))

    def due():
        with graph.database.reading() as session:
            return session.get_one(Run, 1).due

    def slow(*_):
        first, until = due(), time.monotonic() + 60
        while due() == first:
            assert time.monotonic() < until
            time.sleep(0.05)
        yield from ()

    monkeypatch.setattr(pulling, "pages_of", slow)
    graph.pull(graph.catalogue({"id": "L1", "title": "Shoes"}))
    graph.run()
    assert graph.run_row(1).state == "done"
