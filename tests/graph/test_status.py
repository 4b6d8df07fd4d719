"""What `detector status` tells."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from brand_registry.access import operator
from brand_registry.identity.accounts import leave
from brand_registry.identity.enrolling import add_person, give_role
from brand_registry.people import Role
from review.queue.staffing import Staffing
from storage.settings import settings
from workers.graph import telling
from workers.graph.claims import now
from workers.graph.telling import is_settled, run_of, standing
from workers.status import dead, halted, show


def shown(stands) -> str:
    out = io.StringIO()
    show(Console(file=out, width=140, highlight=False), stands)
    return out.getvalue()


@pytest.fixture
def stands(graph, monkeypatch):
    """How it stands after a pull with a bit of everything."""
    monkeypatch.setattr(telling, "queue_lengths", lambda: {"vision": 0, "registry": 2})
    graph.picture("a.jpg", "")
    fake = {"id": "L1", "title": "Acrnera shoes", "brand": "Acrnera"}
    run = graph.pull(graph.catalogue(fake, {"id": "L2"}, {"id": "L3", "title": "Shoes", "images": ["a.jpg"]}))
    assert not is_settled(run_of(graph.database, run))
    graph.run()
    assert is_settled(run_of(graph.database, run))
    return standing(graph.database)


def test_each_step_is_counted(stands) -> None:
    counted = {stage.name: (stage.waiting, stage.done, stage.failed) for stage in stands.stages}
    assert counted == {
        "pull": (0, 1, 0),
        "fetch": (0, 1, 0),
        "read": (0, 1, 0),
        "judge": (0, 2, 0),
        "case": (0, 1, 0),
    }
    assert stands.quarantined == 1
    said = shown(stands)
    assert "3 rows, 2 of 2 listings judged, 1 clear, 1 flag, 1 rejected" in said
    assert "row 2 title is missing" in said


@pytest.mark.parametrize(
    ("queues", "ago", "silent"),
    [
        ({"vision": 0}, None, []),
        ({"vision": 3}, 5, []),
        ({"vision": 3}, 120, ["vision"]),
        ({"vision": 3}, None, ["vision"]),
        ({"registry": 3}, None, []),
        (None, None, []),
    ],
)
def test_a_queue_in_which_work_waits_for_nobody_is_named(stands, queues, ago, silent) -> None:
    pulses = {} if ago is None else {"vision": now() - timedelta(seconds=ago)}
    told = replace(stands, queues=queues, pulses=pulses)
    assert dead(told) == silent
    assert ("work waits, and no worker finishes any" in shown(told)) is bool(silent)


def test_a_broker_that_does_not_answer_is_named_with_what_to_do(stands, monkeypatch) -> None:
    silent = replace(stands, queues=None, outbox=4)
    assert "The broker does not answer. 4 messages wait; nothing is lost. Nothing runs here" in shown(silent)
    assert f"(DETECTOR_HOME is {settings().home}): `" in shown(silent)
    assert "serve` starts pages, workers and broker" in shown(silent)
    monkeypatch.setattr(settings(), "broker", "redis://:secret@redis.example/0")
    told = shown(replace(silent, outbox=1))
    assert "1 message waits; nothing is lost. DETECTOR_BROKER names it: see that it runs" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("queues", "outbox", "waiting", "stops"),
    [(None, 0, 0, False), (None, 1, 0, True), (None, 0, 2, True), ({"vision": 0}, 1, 2, False)],
)
def test_it_ends_with_1_where_work_waits_without_a_broker(stands, queues, outbox, waiting, stops) -> None:
    stage = replace(stands.stages[0], counts={"waiting": waiting})
    assert halted(replace(stands, queues=queues, outbox=outbox, stages=[stage])) is stops


def test_that_nobody_may_decide_is_told_with_what_to_do(graph, stands) -> None:
    assert stands.staffing == Staffing(0, 1)
    assert "1 case waits, and nobody may decide: `" in shown(stands)
    assert "people add EMAIL --name NAME --role reviewer` adds somebody who may" in shown(stands)
    assert "Nobody may decide cases yet" in shown(replace(stands, staffing=Staffing(0, 0)))
    assert "more than 10,000 cases wait" in (Staffing(0, 10_001).said or "")
    with graph.database.writing("test") as session:
        for name, role in (("anna", Role.ADMINISTRATOR), ("ben", Role.REVIEWER)):
            add_person(session, operator(), f"{name}@example.org", name, "correct horse battery")
            give_role(session, operator(), f"{name}@example.org", role, None)
    assert "may decide" not in shown(standing(graph.database))
    with graph.database.writing("test") as session:
        leave(session, operator(), "ben@example.org", "here")
    assert "1 case waits, and nobody may decide: `" in shown(standing(graph.database))
