"""Another model reads the pictures again, beside what is judged with, until somebody switches."""

import pytest
from sqlalchemy import delete, select, update

from brand_registry.access import operator
from detector.errors import UnreadableInput
from storage.settings import settings, settings_with
from tests.graph.conftest import ACMERA, LightReader
from tests.rescans.conftest import ZEPHYRA
from tests.rescans.test_brands import cases
from workers.graph.tables import Picture, Reading, Shown, State
from workers.graph.unshown import drop_unshown
from workers.reading import engine_key
from workers.rescans import moving
from workers.rescans.comparing import compare
from workers.rescans.next_readings import NextReading
from workers.rescans.rereading import checked
from workers.rescans.switching import switch
from workers.rescans.tables import Kind
from workers.rescans.web import asking

READS = {"ocr_recogniser": "small"}


class Sharper(LightReader):
    """Reads what is faint, doesn't fall for a pattern, and knows less of what is a picture."""

    def read(self, data: bytes):
        plain = data.replace(b"faint", b"ACMERA").replace(b"pattern ZEPHYRA", b"")
        return super().read(b"broken" if data.endswith(b"odd") else plain)


@pytest.fixture
def market(rescans):
    rescans.registry(ACMERA, ZEPHYRA)
    for name in ("faint", "pattern ZEPHYRA", "ACMERA", "odd"):
        rescans.picture(f"{name.split()[0]}.jpg", name)
    pictures = ["faint", "pattern", "ACMERA", "odd"]
    listings = [{"id": name, "title": "Shoes", "images": [f"{name}.jpg"]} for name in pictures]
    rescans.pull(rescans.catalogue(*listings, {"id": "plain", "title": "Brown shoes"}))
    rescans.run()
    rescans.next_reader = Sharper()
    return rescans


def begin(rescans, **wish) -> int:
    with rescans.database.writing("test") as session:
        number = moving.begin(session, moving.Wish(Kind.MODEL, reads=READS, **wish), "test").id
        moving.advance(session, moving.resume(session, number), -1)
    return number


def turns(rescans) -> list[int]:
    with rescans.database.reading() as session:
        return list(session.scalars(select(NextReading.turn).order_by(NextReading.id)))


def test_all_is_read_again_and_what_would_change_is_told(market) -> None:
    before = cases(market)
    number = begin(market)
    assert turns(market) == [0, 0, 1, 1]  # what has cases comes first
    market.finish()
    report = market.report(number)
    assert (report.state, report.share) == ("completed", 1.0)
    assert (report.counts["pictures"], report.counts["failed"]) == (4, 1)
    told = report.estimate
    assert {name: told[name] for name in ("listings", "sample", "both", "come", "go", "changed")} == {
        "listings": 4, "sample": 4, "both": 1, "come": 1, "go": 1, "changed": 2,
    }  # fmt: skip
    found = {one["listing"]: (one["come"], one["go"]) for one in told["examples"]}
    assert found == {"faint": (["acme"], []), "pattern": ([], ["zephyra"])}
    assert told["low"] <= 2 <= told["high"]
    assert set(cases(market)) == set(before)
    with market.database.reading() as session:
        assert set(session.scalars(select(Reading.engine))) == {engine_key()}


def test_it_is_judged_with_once_somebody_switches(market, monkeypatch) -> None:
    number = begin(market)
    with pytest.raises(moving.NoSuchRescan, match="switch when it has read everything"):
        switch(market.database, number)
    market.finish()
    reads = dict(market.reader.reads), dict(market.next_reader.reads)
    before = market.report(number)
    assert (switch(market.database, number), switch(market.database, number)) == (4, 0)
    after = market.report(number)
    assert (after.counts["pictures"], after.counts["failed"], after.parts) == (4, 1, before.parts)
    assert (after.estimate, after.share, before.switched) == (before.estimate, 1.0, None)
    assert after.switched is not None
    with pytest.raises(moving.NoSuchRescan, match="was switched to, so nothing lies beside"):
        compare(market.database, market.blobs, market.judge, number)
    assert market.report(number).estimate == before.estimate
    chosen = settings_with(READS)
    for module in ("workers.reading", "storage.settings"):
        monkeypatch.setattr(f"{module}.settings", lambda: chosen)
    market.registry(ACMERA, ZEPHYRA)
    report = market.again()
    assert report.counts["left"] == 0
    found = cases(market)
    assert set(found) == {
        ("faint", "acme"), ("ACMERA", "acme"), ("pattern", "zephyra"),
    }  # fmt: skip
    assert [key for key, case in found.items() if case.gone] == [("pattern", "zephyra")]
    assert (dict(market.reader.reads), dict(market.next_reader.reads)) == reads


def test_what_comes_in_meanwhile_is_read_by_both(market) -> None:
    number = begin(market)
    held = market.messages()
    market.picture("new.jpg", "very faint")
    market.pull(market.catalogue({"id": "new", "title": "Shoes", "images": ["new.jpg"]}))
    market.run()
    for task, numbers in held:
        market.do(task, numbers)
    market.finish()
    assert market.report(number).counts["pictures"] == 5


def test_nobody_waits_for_what_is_read_in_the_background(market) -> None:
    begin(market)
    assert {task for task, _ in market.messages()} == {"read_next"}
    market.pull(market.catalogue({"id": "again", "title": "Acrnera bags", "images": ["ACMERA.jpg"]}))
    market.run()
    assert ("again", "acme") in cases(market)


@pytest.mark.parametrize("deed", ["pause", "abort"])
def test_what_is_halted_reads_nothing_more(market, deed) -> None:
    number = begin(market, budget=1)
    market.run()
    assert market.report(number).counts["pictures"] == 1  # within its budget
    market.move(getattr(moving, deed), number)
    market.finish()
    if deed == "abort":
        assert market.report(number).state == "aborted"
        assert turns(market) == []
        return
    assert market.report(number).state == "paused"
    with market.database.writing("test") as session:
        moving.held(session, number).budget = None
    market.move(moving.resume, number)
    market.finish()
    assert market.report(number).state == "completed"


def test_a_picture_that_nobody_gets_read_is_refused_and_ends_nothing(market) -> None:
    number = begin(market)
    with market.database.writing("test") as session:
        one = select(NextReading.id).where(NextReading.turn == 0).limit(1).scalar_subquery()
        session.execute(update(NextReading).where(NextReading.id == one).values(attempts=3))
    market.finish()
    assert market.report(number).state == "completed"
    with market.database.reading() as session:
        states = session.scalars(select(NextReading.state)).all()
        assert sorted(states) == [State.DONE, State.DONE, State.REFUSED, State.REFUSED]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["weights=x"], "is no NAME=VALUE of what reads pictures"),
        (["ocr_detector"], "is no NAME=VALUE"),
        ([f"ocr_detector={settings().ocr_detector}"], "reads pictures already"),
    ],
)
def test_what_cannot_be_read_by_is_refused(typed, said) -> None:
    with pytest.raises(UnreadableInput, match=said):
        checked(typed)


@pytest.mark.parametrize(
    "typed", ["ocr_recogniser=/etc", "ocr_detector=small/../x", "reader=os:getcwd", "reader=small"]
)
def test_from_afar_only_models_that_ship_are_named(typed) -> None:
    checked([typed])
    with pytest.raises(UnreadableInput, match="name a folder or a reader of your own in the terminal"):
        checked([typed], shipped=True)


def test_pages_and_programs_begin_compare_and_switch(market) -> None:
    house = asking.Rescans(market.database, operator())
    number = house.begin([], None, None, ["ocr_recogniser=small"]).number
    assert market.messages() == []  # no sample tells anything before pictures are read
    with pytest.raises(moving.NoSuchRescan, match="is new; switch when it has read everything"):
        house.move(number, "switch")
    house.move(number, "resume")
    market.finish()
    with market.database.writing("test") as session:
        moving.held(session, number).estimate = None
    with pytest.raises(moving.NoSuchRescan, match="nobody has seen yet what would change"):
        house.move(number, "switch")
    house.move(number, "compare")
    market.run()
    assert house.one(number).estimate["changed"] == 2
    house.move(number, "switch")
    market.run()
    done = house.one(number)
    assert "DETECTOR_OCR_RECOGNISER=small" in done.why
    assert turns(market) == []
    assert house.move(number, "switch") == done  # once more brings nothing
    assert market.messages() == []
    with pytest.raises(moving.NoSuchRescan, match="was switched to"):
        house.move(number, "compare")
    with market.database.reading() as session:
        assert len(set(session.scalars(select(Reading.engine)))) == 2


def test_a_model_and_brands_are_not_rescanned_at_once(market) -> None:
    with pytest.raises(UnreadableInput, match="name brands or a model, not both"):
        asking.Rescans(market.database, operator()).begin(["acme"], None, None, ["ocr_recogniser=small"])


def test_settings_are_taken_as_they_are_typed() -> None:
    assert checked(["DETECTOR_OCR_RECOGNISER=small", "ocr_engine=paddle"]) == {
        "ocr_recogniser": "small",
        "ocr_engine": "paddle",
    }


def test_what_was_read_anew_of_a_picture_goes_with_it(market) -> None:
    begin(market)
    market.finish()
    with market.database.writing("test") as session:
        session.execute(delete(Shown))
        kept = set(session.scalars(select(NextReading.blob))) | set(session.scalars(select(Reading.blob)))
        assert kept - {None} <= drop_unshown(session, select(Picture.id)).blobs
        assert session.scalars(select(NextReading.id)).all() == []
