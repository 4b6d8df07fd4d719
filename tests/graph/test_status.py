"""What `detector status` tells."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from workers.graph import telling
from workers.graph.claims import now
from workers.graph.telling import is_settled, run_of, standing
from workers.status import dead, show


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


def test_a_broker_that_does_not_answer_is_named(stands) -> None:
    assert "The broker does not answer. 4 messages wait" in shown(replace(stands, queues=None, outbox=4))
