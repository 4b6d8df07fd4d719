"""Checks before listing: what comes in, what goes out, and what is said when time is up."""

import base64
import json
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from brand_registry.access import viewer_of
from brand_registry.identity import keys
from brand_registry.judging import RegistryJudge
from brand_registry.people import Person, Role, RoleHeld
from brand_registry.tables import Asset, Brand
from brand_registry.trials import Trial
from brand_registry.web.app import create_app
from tests.graph.conftest import ACMERA, Graph
from workers.graph import outbox, reading
from workers.graph.tables import Lane, Picture, Reading
from workers.prelisting import api
from workers.prelisting.asked import BadCheck, asked_listing
from workers.prelisting.forgetting import forget
from workers.prelisting.unsure import NoMeaning

FAKE = {"id": "L1", "title": "Acrnera shoes", "brand": "Acrnera"}
INLINE = {"data": base64.b64encode(b"picture:ACMERA").decode()}


@pytest.fixture
def client(graph, monkeypatch) -> TestClient:
    graph.judge = RegistryJudge([ACMERA], meaning=NoMeaning(), versions={"detector": "1"})
    monkeypatch.setattr(api, "PATIENCE", 0.3)
    # Alarms are for processes of their own; here the workers' work is done in a thread of the server's.
    monkeypatch.setattr(reading, "ended_when_it_hangs", nullcontext)
    app = create_app(graph.database, graph.blobs, [api.check_part(graph)])
    return TestClient(app, headers={"Authorization": f"Bearer {_key(graph, Role.SERVICE)}"})


def _key(graph: Graph, role: Role) -> str:
    with graph.database.writing("the test") as session:
        anna = Person(email=f"{role}@example.com", name="Anna", roles=[RoleHeld(role=role)])
        session.add(anna)
        session.flush()
        viewer = viewer_of(anna)
        return keys.make(session, viewer, anna.id, name="test", role=role, owner=None, days=1)


def test_a_reviewers_key_checks_nothing(graph, client) -> None:
    key = {"Authorization": f"Bearer {_key(graph, Role.REVIEWER)}"}
    assert client.post("/v1/check", json=FAKE, headers=key).status_code == 403


def worked(graph: Graph, monkeypatch) -> None:
    """Has the workers' work done as soon as it is asked for."""
    monkeypatch.setattr(outbox, "send", lambda *_: graph.run() or 0)


def test_text_is_answered_by_what_a_scan_says(graph, client) -> None:
    got = client.post("/v1/check", json=FAKE)
    assert got.status_code == 200
    assert got.json()["verdict"] == "flag"
    assert got.json()["cases"][0]["evidence"][0]["span"] == [0, 7]
    assert graph.messages() == []


@pytest.mark.parametrize(
    "picture", [INLINE, "data:image/png;base64," + INLINE["data"], "data:;base64," + INLINE["data"]]
)
def test_pictures_are_read_by_the_workers(graph, client, monkeypatch, picture) -> None:
    worked(graph, monkeypatch)
    got = client.post("/v1/check", json={"id": "L1", "title": "Shoes", "images": [picture]})
    assert (got.status_code, got.json()["verdict"]) == (200, "flag")
    assert got.json()["listing_id"] == "L1"
    assert got.json()["cases"][0]["evidence"][0]["where"] == "image:0"


def test_a_check_overtakes_and_opens_no_case(graph, client, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(outbox, "send", lambda *_: seen.append(graph.waiting_queues()) or graph.run() or 0)
    assert client.post("/v1/check", json=FAKE | {"images": [INLINE]}).json()["verdict"] == "flag"
    assert {queue for queues in seen for queue in queues} == {Lane.CHECK}
    assert graph.cases() == 0


def test_who_has_waited_long_enough_gets_a_ticket(graph, client) -> None:
    got = client.post("/v1/check", json={"id": "L1", "title": "Shoes", "images": [INLINE]})
    said = got.json()
    assert (got.status_code, said["verdict"], said["missing"][0]["where"]) == (202, "incomplete", "image:0")
    again = client.get(f"/v1/check/{said['ticket']}")
    assert (again.status_code, again.json()["verdict"]) == (202, "incomplete")
    graph.run()
    done = client.get(f"/v1/check/{said['ticket']}")
    assert (done.status_code, done.json()["verdict"]) == (200, "flag")


def test_what_needs_a_model_of_meaning_is_not_guessed(graph, client, monkeypatch) -> None:
    text = {
        "id": "L1",
        "title": "Acmera shoes",
        "description": "They look identical to Acmera ones.",
    }
    assert client.post("/v1/check", json=text).status_code == 202
    graph.judge = RegistryJudge([ACMERA], versions={"detector": "1"})
    worked(graph, monkeypatch)
    graph.run()
    assert client.post("/v1/check", json=text).status_code == 200


def test_checks_are_forgotten_after_a_day(graph, client) -> None:
    ticket = client.post("/v1/check", json=FAKE | {"images": [INLINE]}).json()["ticket"]
    with graph.database.writing("test") as session:
        forget(session, 86_400)
    assert client.get(f"/v1/check/{ticket}").status_code == 202
    with graph.database.writing("test") as session:
        forget(session, -1)
    assert client.get(f"/v1/check/{ticket}").status_code == 404


def shows(*pictures) -> bytes:
    return json.dumps({"id": "1", "title": "t", "images": pictures}).encode()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"[1]", "no listing"),
        (b'{"id": "L1"}', "title is missing"),
        (b'{"id": "L1", "title": ""}', "title"),
        (
            json.dumps({"id": "1", "title": "t", "images": ["../etc/passwd"]}).encode(),
            "images.0 is no address",
        ),
        (
            json.dumps({"id": "1", "title": "t", "images": ["sha256:" + "0" * 64]}).encode(),
            "images.0 is no address",
        ),
        (shows({"data": "a"}), "images.0 is not base64"),
        (shows({"url": "a"}), "images.0 is neither"),
        (shows("data:image/png,abc"), "without base64"),
        (shows(*["http://x.example/a"] * 101), "images"),
    ],
)
def test_what_cannot_be_checked_is_told(graph, client, body, said) -> None:
    got = client.post("/v1/check", content=body)
    assert got.status_code == 422
    assert said in got.json()["detail"]
    with pytest.raises(BadCheck):
        asked_listing(body, graph.blobs)


def test_too_much_is_not_taken(client, monkeypatch) -> None:
    monkeypatch.setattr(api, "LARGEST", 100)
    assert client.post("/v1/check", content=b"x" * 101).status_code == 413


def test_what_only_old_checks_showed_is_dropped_with_its_bytes(graph, client, monkeypatch) -> None:
    """But for what a catalogue or a brand shows too, or a brand's people tried."""
    worked(graph, monkeypatch)
    texts = ["ACMERA", "shared", "a brand's", "tried"]
    inline = [{"data": base64.b64encode(b"picture:" + text.encode()).decode()} for text in texts]
    client.post("/v1/check", json={"id": "L1", "title": "Shoes", "images": inline})
    kept = {text: graph.blobs.put(b"picture:" + text.encode()) for text in texts}
    graph.picture("b.jpg", "shared")
    graph.pull(graph.catalogue({"id": "L2", "title": "Shoes", "images": ["b.jpg"]}))
    graph.run()
    graph.brand("acme", "live")
    with graph.database.writing("test") as session:
        brand = session.scalars(select(Brand)).one()
        asset = Asset(
            brand=brand, position=0, kind="image", path="a.jpg", sha256=kept["a brand's"], state="ready"
        )
        trial = Trial(brand=brand, who="anna", at=datetime.now(UTC), picture=kept["tried"])
        session.add_all([asset, trial])

    def forgotten(before: float) -> set[str]:
        with graph.database.writing("test") as session:
            return forget(session, before)

    assert forgotten(3600) == set()
    unwanted = forgotten(-1)
    assert kept["ACMERA"] in unwanted
    assert not {kept["shared"], kept["a brand's"], kept["tried"]} & unwanted
    with graph.database.reading() as session:
        readings = {one.sha256 for one in session.scalars(select(Reading))}
        assert readings == {kept["shared"], kept["tried"]}
        assert len(session.scalars(select(Picture)).all()) == 1
    assert len(unwanted) == 3  # a picture, and what was read of two
    assert forgotten(-1) == set()


def test_a_listing_that_is_none_leaves_no_bytes(graph) -> None:
    with pytest.raises(BadCheck):
        asked_listing(json.dumps({"id": "L1", "images": [INLINE]}).encode(), graph.blobs)
    assert not graph.blobs.folder.exists()
