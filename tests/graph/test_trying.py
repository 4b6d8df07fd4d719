"""Trials of pictures and of catalogues: read, judged and ended, whatever happens on the way."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from brand_registry.access import operator
from brand_registry.editing import change, register, stored_brand
from brand_registry.previews import Preview
from brand_registry.tables import Brand
from brand_registry.trials import KEPT, Trial, begin, forget
from brand_registry.trying import listing_of
from detector.weights import as_json, default_weights
from storage.settings import settings
from tests.hostile import encoded, photo
from workers.erasing import clear, remove
from workers.graph.tables import Reading
from workers.graph.unshown import drop_read
from workers.registry.trying import MOST_ATTEMPTS, try_waiting

ANNA = operator()


@pytest.fixture
def acme(graph):
    with graph.database.writing("anna") as session:
        register(session, ANNA, "house", {"name": "Acmera"})
    return graph


def ask(graph, title: str | None, picture: bytes | None = None) -> int:
    sha256 = graph.blobs.put(picture) if picture is not None else None
    with graph.database.writing("anna") as session:
        one = stored_brand(session, session.scalars(select(Brand)).one())
        listing = None if title is None else listing_of({"title": title, "images": ["the picture"]})
        return begin(session, one, "anna", listing, sha256).id


def trial(graph, number: int) -> Trial:
    with graph.database.reading() as session:
        return session.get_one(Trial, number)


def test_a_picture_is_read_and_then_judged(acme) -> None:
    number = ask(acme, "Shoes", b"picture:ACMERA")
    assert try_waiting(acme.database, acme.blobs) == 0
    assert [task for task, _ in acme.messages()] == ["read"]
    acme.do("read", [1])
    assert try_waiting(acme.database, acme.blobs) == 1
    assert try_waiting(acme.database, acme.blobs) == 0
    done = trial(acme, number)
    assert done.state == "done"
    assert [case["reasons"] for case in done.result["shown"]["cases"]] == [["hidden_text"]]
    assert done.result["shown"]["verdict"] == "flag"


def test_a_picture_that_can_not_be_read_is_told(acme) -> None:
    number = ask(acme, "Acmera shoes", b"nothing at all")
    try_waiting(acme.database, acme.blobs)
    acme.run()
    assert try_waiting(acme.database, acme.blobs) == 1
    done = trial(acme, number)
    assert done.result["shown"]["missing"] == [{"where": "image:0", "why": "it is no picture"}]
    assert done.result["shown"]["verdict"] != "clear"


def test_what_is_shown_is_drawn_anew(acme) -> None:
    data = encoded(photo(), "PNG")
    ask(acme, "Shoes", data)
    try_waiting(acme.database, acme.blobs)
    with acme.database.writing("test") as session:  # as if it was read
        row = session.scalars(select(Reading)).one()
        row.state, row.why = "refused", "x"
    acme.messages()
    try_waiting(acme.database, acme.blobs)
    with acme.database.reading() as session:
        assert session.scalars(select(Preview)).all() == []


def test_a_trial_that_kills_whoever_works_on_it_is_given_up(acme) -> None:
    number = ask(acme, None)
    with acme.database.writing("test") as session:
        session.get_one(Trial, number).attempts = MOST_ATTEMPTS
    assert try_waiting(acme.database, acme.blobs) == 1
    assert trial(acme, number).state == "failed"
    assert "killed, three times" in trial(acme, number).why


def test_the_last_catalogue_is_held_against_one_brand(acme) -> None:
    acme.picture("a.jpg", "ACMERA")
    acme.pull(
        acme.catalogue(
            {"id": "1", "title": "Acrnera shoes"},
            {"id": "2", "title": "Green tea"},
            {"id": "3", "title": "Shoes", "images": ["a.jpg"]},
            {"id": "4", "title": "Ac\u200bmera bag"},
        )
    )
    acme.run()
    with acme.database.writing("anna") as session:
        change(session, ANNA, "acmera", {"policies": [{"reason": "hidden_text", "mode": "shadow"}]})
    number = ask(acme, None)
    assert try_waiting(acme.database, acme.blobs) == 1
    done = trial(acme, number)
    assert (done.state, done.result["looked"], done.result["flagged"]) == ("done", 4, 2)
    assert {one["listing"]["id"] for one in done.result["found"]} == {"1", "4"}
    assert done.result["unread"] == 0


def test_pictures_that_nothing_in_use_has_read_are_counted(acme, monkeypatch) -> None:
    acme.picture("a.jpg", "ACMERA")
    acme.pull(acme.catalogue({"id": "3", "title": "Shoes", "images": ["a.jpg", "gone.jpg"]}))
    acme.run()
    number = ask(acme, None)
    try_waiting(acme.database, acme.blobs)
    assert trial(acme, number).result["unread"] == 1
    monkeypatch.setattr("workers.registry.trying.engine_key", lambda: "another model")
    number = ask(acme, None)
    try_waiting(acme.database, acme.blobs)
    assert (trial(acme, number).result["unread"], trial(acme, number).result["flagged"]) == (2, 0)


def test_without_a_catalogue_nothing_is_found(acme) -> None:
    number = ask(acme, None)
    try_waiting(acme.database, acme.blobs)
    assert trial(acme, number).result == {"looked": 0, "unread": 0, "flagged": 0, "found": []}


def test_old_trials_are_dropped(acme) -> None:
    old, new = (ask(acme, "Acmera shoes", None) for _ in range(2))
    now = datetime.now(UTC)
    with acme.database.writing("test") as session:
        session.get_one(Trial, old).at = now - KEPT - timedelta(minutes=1)
        session.get_one(Trial, new).at = now - KEPT + timedelta(minutes=1)
    with acme.database.writing("test") as session:
        forget(session, now)
    with acme.database.reading() as session:
        assert session.scalars(select(Trial.id)).all() == [new]


def test_a_picture_that_was_tried_goes_with_the_last_trial_of_it(acme) -> None:
    first, second = (ask(acme, "Shoes", b"picture:Acmera") for _ in range(2))
    sha256 = trial(acme, first).picture
    try_waiting(acme.database, acme.blobs)
    acme.run()
    assert try_waiting(acme.database, acme.blobs) == 2
    now = datetime.now(UTC)
    for number, left in ((first, True), (second, False)):
        with acme.database.writing("test") as session:
            session.get_one(Trial, number).at = now - KEPT - timedelta(minutes=1)
            remove(session, drop_read(session, forget(session, now)).blobs)
        for one in acme.blobs.folder.glob("??/*"):
            os.utime(one, (1, 1))
        clear(acme.database, acme.blobs)
        assert (sha256 in acme.blobs) == left
        with acme.database.reading() as session:
            assert bool(session.scalars(select(Reading.id)).all()) == left
    assert not list(acme.blobs.folder.glob("??/*"))


def test_a_trial_is_judged_by_the_weights_that_are_set(acme, tmp_path, monkeypatch) -> None:
    assert trial(acme, ask(acme, "Acmerra shoes")).result["shown"]["verdict"] == "flag"
    mild = as_json(replace(default_weights(), base=-12.0))
    (tmp_path / "mild.json").write_text(json.dumps(mild))
    monkeypatch.setenv("DETECTOR_WEIGHTS", str(tmp_path / "mild.json"))
    settings.cache_clear()
    try:
        assert (
            trial(acme, ask(acme, "Acmerra shoes")).result["shown"]["verdict"] == "incomplete"
        )  # without the picture
    finally:
        monkeypatch.undo()
        settings.cache_clear()
