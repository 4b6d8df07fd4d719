"""When a marketplace is pulled, and from where."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import yaml
from sqlalchemy import select

from review.tables import Pulled
from storage.settings import settings
from workers import pulls
from workers.graph import scheduling
from workers.graph.pulling import start
from workers.graph.scheduling import begin_due, is_due
from workers.graph.tables import Run


@pytest.fixture
def sources(graph, tmp_path, monkeypatch):
    """Writes the file of sources."""
    file = tmp_path / "sources.yaml"
    monkeypatch.setenv("DETECTOR_SOURCES", str(file))
    settings.cache_clear()

    def write(**how) -> None:
        path = str(graph.catalogue({"id": "L1", "title": "Shoes"}))
        source = {"name": "shop", "kind": "files", "path": path, "schedule": "0 * * * *"} | how
        file.write_text(yaml.safe_dump({"sources": [source]}))

    yield write
    monkeypatch.undo()
    settings.cache_clear()


AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "ago", "due"),
    [
        ("0 * * * *", timedelta(minutes=31), True),
        ("0 * * * *", timedelta(minutes=29), False),
        ("0 * * * *", timedelta(days=3), True),
        ("0 3 * * *", timedelta(hours=9), False),
        ("0 3 * * *", timedelta(hours=10), True),
        ("*/5 * * * *", timedelta(minutes=1), True),
        ("*/7 * * * *", timedelta(minutes=1), False),
        ("0 0 1 * *", timedelta(hours=12), False),
        ("0 0 1 * *", timedelta(hours=13), True),
    ],
)
def test_a_pull_is_due_when_a_time_of_its_schedule_has_passed(monkeypatch, schedule, ago, due) -> None:
    monkeypatch.setattr(scheduling, "now", lambda: AT)
    assert is_due(schedule, AT - ago) is due


def test_a_source_is_pulled_by_its_schedule(graph, sources) -> None:
    assert begin_due(graph.database) == []
    sources()
    assert begin_due(graph.database) == ["shop"]
    assert begin_due(graph.database) == []  # it is going on
    graph.run()
    assert begin_due(graph.database) == []  # it was just now
    with graph.database.writing("test") as session:
        session.get_one(Run, 1).started -= timedelta(hours=2)
    assert begin_due(graph.database) == ["shop"]
    assert graph.verdicts() == {"done clear": 1}


@pytest.mark.parametrize("how", [{"paused": True}, {"schedule": None}])
def test_what_is_paused_or_has_no_schedule_is_left_alone(graph, sources, how) -> None:
    sources(**how)
    assert begin_due(graph.database) == []


def test_a_pull_goes_on_where_the_last_one_ended(graph) -> None:
    file = graph.catalogue({"id": "L1", "title": "Shoes"})
    first = graph.pull(file)
    assert graph.pull(file) == first  # it is going on
    graph.run()
    second = graph.pull(file)
    graph.run()
    assert second != first
    assert graph.run_row(second).rows == 0
    assert graph.verdicts() == {"done clear": 1}


def known(graph) -> Pulled:
    with graph.database.reading() as session:
        return session.scalars(select(Pulled)).one()


def test_a_pull_of_changes_tells_nothing_of_what_is_gone(graph) -> None:
    file = graph.catalogue({"id": "L1", "title": "Shoes"})
    first, second = graph.pull(file), None
    graph.run()
    began = graph.run_row(first).started
    assert (known(graph).began, known(graph).whole) == (began, began)
    second = graph.pull(file)
    graph.run()
    assert (known(graph).began, known(graph).whole) == (graph.run_row(second).started, began)
    with graph.database.writing("test") as session:
        third = start(session, str(file), whole=True)
    graph.run()
    assert graph.run_row(third).unchanged == 1
    assert known(graph).whole == graph.run_row(third).started


def test_a_whole_pull_that_failed_is_gone_on_with_and_is_still_whole(graph) -> None:
    file = graph.catalogue({"id": "L1", "title": "Shoes"})
    graph.pull(file)
    graph.run()
    with graph.database.writing("test") as session:
        third = start(session, str(file), whole=True)
    graph.messages()
    with graph.database.writing("test") as session:
        session.get_one(Run, third).state = "quarantined"
        session.get_one(Run, third).cursor = {"files": {}}
    fourth = graph.pull(file)
    assert (graph.run_row(fourth).whole, graph.run_row(fourth).cursor) == (True, {"files": {}})
    graph.run()
    assert known(graph).whole == graph.run_row(fourth).started


@pytest.mark.parametrize(
    ("how", "days", "whole"),
    [
        ({}, 89, False),
        ({}, 91, True),
        ({"whole_every": 7}, 8, True),
        ({"whole_every": None}, 400, False),
        ({"budget": {"listings": 10}}, 400, False),
    ],
)
def test_the_whole_is_pulled_from_time_to_time(graph, sources, how, days, whole) -> None:
    sources(**how)
    begin_due(graph.database)
    graph.run()
    # A pull with a budget may have ended before it met all there is.
    assert (known(graph).whole is None) == ("budget" in how)
    with graph.database.writing("test") as session:
        session.get_one(Run, 1).started -= timedelta(days=days)
        if "budget" not in how:
            session.scalars(select(Pulled)).one().whole -= timedelta(days=days)
    assert begin_due(graph.database) == ["shop"]
    assert graph.run_row(2).whole == whole


def test_a_shop_that_gives_nothing_has_lost_nothing(graph) -> None:
    graph.pull(graph.catalogue())
    graph.run()
    assert known(graph).whole is None


def test_of_two_who_begin_at_once_the_second_gets_the_pull_of_the_first(graph) -> None:
    file = graph.catalogue({"id": "L1", "title": "Shoes"})
    second: list[int] = []
    other = Thread(target=lambda: second.append(graph.pull(file)))
    with graph.database.writing("test") as session:
        first = start(session, str(file))
        other.start()
        other.join(1)
        assert second == []
    other.join(60)
    assert second == [first]


def test_who_asks_for_a_second_pull_is_told(graph, capsys, monkeypatch) -> None:
    monkeypatch.setattr(pulls, "broker_kept", nullcontext)
    monkeypatch.setattr(pulls, "database_url", lambda: graph.database.engine.url.render_as_string(False))
    file = str(graph.catalogue({"id": "L1", "title": "Shoes"}))
    assert pulls.give(file, wait=False) == 0
    assert "The workers pull" in capsys.readouterr().out
    assert pulls.give(file, wait=False) == 0
    assert "is being pulled already, as number 1" in " ".join(capsys.readouterr().out.split())
