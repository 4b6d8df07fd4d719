"""What workers tell Prometheus and probes."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import urlopen

import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.event import listen

from brand_registry.people import HOUSE, Owner
from brand_registry.tables import Brand
from storage.errors import BadSetting
from workers import health, metrics, probes
from workers.graph.tables import Pulse
from workers.graph.telling import Beating


def beating(queues=None, ago: float = 5.0) -> Beating:
    pulses = {"vision": datetime.now(UTC) - timedelta(seconds=ago)}
    return Beating(queues, pulses)


@pytest.fixture
def stands(monkeypatch):
    """Says how the work stands instead of a broker."""

    def said(**how) -> None:
        monkeypatch.setattr(health, "beating", lambda _: beating(**how))

    return said


@pytest.mark.parametrize(
    ("queues", "ago", "wrong"),
    [
        ({"vision": 0}, 5, []),
        ({"vision": 0}, 900, []),
        ({"vision": 7}, 5, []),
        ({"vision": 7}, 900, ["vision"]),
        ({"vision": 7, "registry": 3}, 5, []),
        (None, 5, []),
    ],
)
def test_a_worker_is_alive_as_long_as_it_finishes_what_waits(database, stands, queues, ago, wrong) -> None:
    stands(queues=queues, ago=ago)
    said = health.alive(database, ("vision",)).wrong
    assert [word for one in said for word in one.split() if word.rstrip(",") in {"vision"}] == [
        f"{queue}," for queue in wrong
    ]
    assert health.alive(database, ("judge",)).wrong == []


def test_it_is_ready_with_a_broker_and_a_fresh_snapshot(database, stands, tmp_path, monkeypatch) -> None:
    from brand_registry.snapshots.folder import Snapshots
    from brand_registry.snapshots.publishing import publish_snapshot
    from storage.blobs import Blobs

    snapshots = Snapshots(tmp_path / "snapshots")
    monkeypatch.setattr(health, "snapshots", lambda: snapshots)
    stands(queues=None)
    first = health.ready(database).wrong
    assert first[0] == "the broker does not answer"
    assert "no snapshot" in first[1]
    stands(queues={"vision": 0})
    publish_snapshot(database, Blobs(tmp_path / "blobs"), snapshots, "engine")
    assert health.ready(database).wrong == []
    with database.writing("test") as session:
        house = session.query(Owner).filter_by(key=HOUSE).one()
        session.add(Brand(owner=house, key="acme", name="Acme"))
    assert health.ready(database).wrong == []
    later = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr("workers.graph.claims.now", lambda: later)
    assert "no snapshot has it" in health.ready(database).wrong[0]


def test_the_web_tells_no_numbers(database, stands) -> None:
    app = FastAPI()
    app.state.database = database
    app.include_router(health.health_part().router)
    client = TestClient(app)
    stands(queues=None)
    assert client.get("/live").json() == {"status": "up"}
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})


def test_a_probe_looks_at_no_work_however_much_there_is(database) -> None:
    asked: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *how: asked.append(how[2]))
    health.ready(database)
    health.alive(database, ("vision",))
    assert any("pulses" in one for one in asked)
    tables = {"runs", "pictures", "readings", "items", "quarantine", "outbox"}
    assert [one for one in asked if tables & set(one.split())] == []


def test_many_who_ask_at_once_are_answered_by_one_look(database, monkeypatch) -> None:
    looks = []
    monkeypatch.setattr(health, "ready", lambda _: looks.append(1) or health.Health([], {}))
    clock = iter([5.0, 5.0, 5.2, 5.9, 6.0, 6.0])
    monkeypatch.setattr(health, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    recent = health.Recent()
    assert [(recent.ready(database), len(looks))[1] for _ in range(4)] == [1, 1, 1, 2]


@pytest.mark.slow
def test_a_port_for_all_of_it(tmp_path, database_url, monkeypatch) -> None:
    monkeypatch.setattr(probes, "database_url", lambda: database_url)
    with probes.told("127.0.0.1:0", ["vision"], tmp_path) as port:
        here = f"http://127.0.0.1:{port}"
        assert orjson.loads(urlopen(f"{here}/live").read())["wrong"] == []
        families = {
            one.name for one in text_string_to_metric_families(urlopen(f"{here}/metrics").read().decode())
        }
        assert {"detector_work", "detector_overdue_seconds", "detector_broker_up"} <= families
        for path, status in (("/ready", 503), ("/other", 404)):
            with pytest.raises(HTTPError) as refused:
                urlopen(f"{here}{path}")
            assert refused.value.code == status


def test_what_is_counted_is_told_in_the_words_of_prometheus(database, tmp_path, monkeypatch) -> None:
    with database.writing("test") as session:
        session.add(Pulse(queue="vision", at=datetime.now(UTC)))
    monkeypatch.setattr("workers.graph.telling.queue_lengths", lambda: {"vision": 3})
    told = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics.exposition(database, None).decode())
        for sample in family.samples
    }
    assert told["detector_queue_messages", "vision"] == 3
    assert told["detector_last_finished_seconds", "vision"] < 60
    assert told["detector_database_up",] == told["detector_broker_up",] == 1


def test_a_scrape_counts_no_whole_tables(database) -> None:
    asked: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *how: asked.append(how[2]))
    metrics.exposition(database, None)
    counts = [one for one in asked if "count(" in one.lower()]
    assert len(counts) == 17
    assert all("LIMIT" in one for one in counts)


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:http", "127.0.0.1:70000", "256.0.0.1:80"])
def test_an_address_that_makes_no_sense_is_told(address, tmp_path) -> None:
    with pytest.raises(BadSetting, match="DETECTOR_METRICS"), probes.told(address, [], tmp_path):
        pass
