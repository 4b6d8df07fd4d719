import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from brand_registry.judging import RegistryJudge
from brand_registry.record import Record
from detector.errors import PictureRefused, UnreadableInput
from detector.reading import PictureReading, TextLine
from workers.catalogue import Row
from workers.judging import Judging
from workers.kept import KeptReader, new_store

BOX = ((0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (0.0, 20.0))


class Scribe:
    """Reads pictures that are plain text; refuses those that begin with a cross."""

    engine = "scribe-1"

    def __init__(self) -> None:
        self.read_so_far: list[bytes] = []

    def read(self, data: bytes) -> PictureReading:
        self.read_so_far.append(data)
        if data.startswith(b"x"):
            raise PictureRefused("it begins with a cross")
        lines = (TextLine(data.decode(), 0.99, BOX, turn=90, mirrored=True),)
        return PictureReading(hashlib.sha256(data).hexdigest(), 100, 20, lines, self.engine)


@pytest.fixture
def judging(tmp_path):
    (tmp_path / "acme.png").write_bytes(b"ACMELUX")
    (tmp_path / "cross.png").write_bytes(b"x")
    judge = RegistryJudge([Record(id="acme", name="Acmelux")])
    return Judging(judge, tmp_path, Scribe)


def row(**fields):
    return Row(1, b"", json.dumps({"id": "1", "title": "Blue cup"} | fields).encode())


def judged(judging, *rows, avoid=()):
    places = []
    outcomes = judging(list(rows), dict(avoid), lambda item, part=-1: places.append((item, part)))
    return outcomes, places


def test_pictures_are_read_and_what_is_missing_is_named(judging) -> None:
    (outcome,), places = judged(judging, row(images=["acme.png", "cross.png", "gone.png"]))
    result = json.loads(outcome.line)
    assert [case["brand"] for case in result["cases"]] == ["acme"]
    assert result["missing"] == [
        {"where": "image:1", "why": "cross.png: it begins with a cross"},
        {"where": "image:2", "why": "gone.png: the file is not there"},
    ]
    assert list(dict.fromkeys(place for place in places if place[1] >= 0)) == [(0, 0), (0, 1), (0, 2)]


def test_models_are_not_loaded_for_pictures_that_are_not_there(tmp_path) -> None:
    def load():
        raise AssertionError

    judging = Judging(RegistryJudge([Record(id="acme", name="Acmelux")]), tmp_path, load)
    (outcome,), _ = judged(judging, row(images=["https://shop.test/a.jpg", "gone.jpg"]))
    assert outcome.verdict == "incomplete"


def test_a_picture_that_crashed_its_reader_is_missing_and_the_others_are_read(judging) -> None:
    images = row(images=["acme.png", "acme.png"])
    (outcome,), _ = judged(judging, images, avoid={(0, 0): "reading it crashed the reader"})
    result = json.loads(outcome.line)
    assert result["missing"] == [{"where": "image:0", "why": "acme.png: reading it crashed the reader"}]
    assert result["verdict"] == "flag"


def test_a_row_that_crashed_is_rejected_and_the_next_one_judged(judging) -> None:
    outcomes, _ = judged(judging, row(), row(id="2"), avoid={(0, -1): "reading it crashed the reader"})
    assert outcomes[0].rejected == "reading it crashed the reader"
    assert outcomes[1].listing_id == "2"


def test_a_fault_of_ours_costs_one_row_and_says_where_it_was(tmp_path) -> None:
    def broken():
        raise KeyError("no model")

    (tmp_path / "a.png").write_bytes(b"picture")
    judging = Judging(RegistryJudge([Record(id="acme", name="Acmelux")]), tmp_path, broken)
    outcomes, _ = judged(judging, row(images=["a.png"]), row(id="2"))
    assert outcomes[0].failed
    assert "KeyError: 'no model' (test_judging.py" in outcomes[0].rejected
    assert outcomes[1].verdict == "clear"


def test_without_pictures_they_are_named_missing(tmp_path) -> None:
    judging = Judging(RegistryJudge([Record(id="acme", name="Acmelux")]), tmp_path, None)
    (outcome,), _ = judged(judging, row(images=["a.png"]))
    assert outcome.verdict == "incomplete"
    assert b"pictures were switched off" in outcome.line


@pytest.fixture
def store(tmp_path) -> Path:
    new_store(tmp_path / "readings.sqlite")
    return tmp_path / "readings.sqlite"


def test_a_picture_is_read_once_by_all_processes(store) -> None:
    first, second = Scribe(), Scribe()
    reading = KeptReader(first, store).read(b"ACMELUX")
    assert KeptReader(second, store).read(b"ACMELUX") == reading
    assert (first.read_so_far, second.read_so_far) == ([b"ACMELUX"], [])


def test_a_refused_picture_is_refused_again_unread(store) -> None:
    scribe = Scribe()
    reader = KeptReader(scribe, store)
    for _ in range(2):
        with pytest.raises(PictureRefused, match="begins with a cross"):
            reader.read(b"x")
    assert len(scribe.read_so_far) == 1


def test_another_engine_reads_afresh(store) -> None:
    later = Scribe()
    KeptReader(Scribe(), store).read(b"ACMELUX")
    later.engine = "scribe-2"
    assert KeptReader(later, store).read(b"ACMELUX").engine == "scribe-2"
    assert later.read_so_far


def test_a_damaged_store_costs_readings_alone(store) -> None:
    scribe = Scribe()
    KeptReader(scribe, store).read(b"ACMELUX")
    store.write_bytes(b"nothing that was ever kept" * 1000)
    assert [KeptReader(scribe, store).read(b"ACMELUX").lines[0].text for _ in range(2)] == ["ACMELUX"] * 2
    assert len(scribe.read_so_far) == 3


def test_what_cannot_be_unpacked_is_read_afresh_and_kept_anew(store) -> None:
    scribe = Scribe()
    reader = KeptReader(scribe, store, None)
    reader.read(b"ACMELUX")
    with closing(sqlite3.connect(store)) as file, file:
        file.execute("UPDATE reading SET body = x'00ff'")
    assert [reader.read(b"ACMELUX").lines[0].text for _ in range(2)] == ["ACMELUX"] * 2
    assert len(scribe.read_so_far) == 2


def test_from_scan_to_scan_no_refusal_is_kept(store) -> None:
    scribe = Scribe()
    for _ in range(2):
        with pytest.raises(PictureRefused):
            KeptReader(scribe, store, None).read(b"x")
    assert len(scribe.read_so_far) == 2


def test_another_database_is_not_written_into(tmp_path) -> None:
    file = tmp_path / "detector.sqlite"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE brands (id INTEGER)")
    before = file.read_bytes()
    with pytest.raises(UnreadableInput, match="a database of something else"):
        new_store(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(("most", "read"), [(4_000, 4), (None, 3)])
def test_the_oldest_make_room_where_there_is_an_end(store, most, read) -> None:
    scribe = Scribe()
    reader = KeptReader(scribe, store, most)
    for data in (b"A", b"B", b"C", b"A"):
        reader.read(data)
    assert len(scribe.read_so_far) == read


def test_models_load_in_the_listings_time_not_in_the_first_pictures(tmp_path) -> None:
    places, loaded_at = [], []

    class Slow(Scribe):
        @property
        def engine(self) -> str:
            loaded_at.append(places[-1])
            return "slow-1"

    (tmp_path / "acme.png").write_bytes(b"ACMELUX")
    judging = Judging(RegistryJudge([Record(id="acme", name="Acmelux")]), tmp_path, Slow)
    judging([row(images=["acme.png"])], {}, lambda item, part=-1: places.append((item, part)))
    assert loaded_at[0] == (0, -1)
