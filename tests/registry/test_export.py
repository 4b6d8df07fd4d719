import json
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from brand_registry.access import operator, visible_brands
from brand_registry.checks import problems
from brand_registry.editing import as_json
from brand_registry.entry import Entry
from brand_registry.export import export, folder_name
from brand_registry.formats import brand_entries
from brand_registry.importing import Import
from brand_registry.states import AssetState, BrandState
from brand_registry.stored import stored
from brand_registry.tables import Asset, Brand
from detector.errors import UnreadableInput
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import StorageError
from tests.registry.given import picture
from tests.registry.records import RECORDS
from tests.sqlite import migrated_sqlite

FORMS = ["brands", "brands.jsonl", "brands.csv"]
PICTURED = {
    "id": "acme",
    "name": "Acmelux",
    "logos": ["logos/mark.png"],
    "images": ["front.png"],
    "products": [{"name": "One", "images": ["one/side.png", "front.png"]}],
}


def all_of(database):
    with database.reading() as session:
        return {one.record.id: one for one in stored(session, visible_brands(operator()))}


def take(database, blobs, entries, **options):
    importing = Import(database, blobs, operator(), "house", **options)
    return [one for outcomes in importing.outcomes(entries) for one in outcomes]


def write(database, blobs, path):
    with database.reading() as session:
        return list(export(session, blobs, visible_brands(operator()), path))


@contextmanager
def empty_database():
    with TemporaryDirectory() as folder:
        database = Database(migrated_sqlite(Path(folder)))
        yield database, Blobs(Path(folder) / "blobs")
        database.close()


@pytest.mark.slow
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    form=st.sampled_from(FORMS),
    records=st.lists(RECORDS, min_size=1, max_size=3, unique_by=lambda one: one.id),
    states=st.lists(st.sampled_from(list(BrandState)), min_size=3, max_size=3),
)
def test_whatever_a_brand_is_comes_back_the_same(form, records, states) -> None:
    assert [problem for record in records for problem in problems(record)] == []
    with empty_database() as (database, blobs), TemporaryDirectory() as folder:
        given_states = zip(records, states, strict=False)
        entries = [Entry("x", Path(folder), one, state=state) for one, state in given_states]
        assert [one.why for one in take(database, blobs, entries)] == [None] * len(entries)
        there = {key: (one.record, one.state) for key, one in all_of(database).items()}
        assert {key: record for key, (record, _) in there.items()} == {one.id: one for one in records}
        path = Path(folder) / form
        assert write(database, blobs, path) == list(range(1, len(records) + 1))
        assert {one.fate for one in take(database, blobs, brand_entries(path))} == {"same"}
        with empty_database() as (other, others):
            assert {one.fate for one in take(other, others, brand_entries(path))} == {"new"}
            assert {key: (one.record, one.state) for key, one in all_of(other).items()} == there


@pytest.mark.parametrize("form", FORMS)
def test_pictures_come_back_under_their_names(database, tmp_path, form) -> None:
    source, blobs = tmp_path / "source", Blobs(tmp_path / "blobs")
    for number, path in zip(count(), ("logos/mark.png", "front.png", "one/side.png")):
        (source / "acme" / path).parent.mkdir(parents=True, exist_ok=True)
        (source / "acme" / path).write_bytes(picture(f"N{number}"))
    (source / "acme" / "brand.json").write_text(json.dumps(PICTURED))
    take(database, blobs, brand_entries(source), state=BrandState.SHADOW)
    before = all_of(database)
    write(database, blobs, tmp_path / form)
    assert not list(tmp_path.glob("*.partial"))
    assert [one.fate for one in take(database, blobs, brand_entries(tmp_path / form))] == ["same"]
    with empty_database() as (other, others):
        take(other, others, brand_entries(tmp_path / form))
        after = all_of(other)["acme"]
        assert (after.record, after.pictures, after.state) == (
            before["acme"].record,
            before["acme"].pictures,
            "shadow",
        )
        assert all(others.get(sha256) == blobs.get(sha256) for sha256 in after.pictures.values())


def test_a_picture_taken_out_of_use_stays_behind_and_a_refused_one_goes_along(database, tmp_path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    (tmp_path / "a.png").write_bytes(picture("A"))
    (tmp_path / "b.png").write_bytes(picture("B"))
    file = tmp_path / "brands.jsonl"
    file.write_text(json.dumps({"id": "acme", "name": "Acmelux", "logos": ["a.png", "b.png"]}))
    take(database, blobs, brand_entries(file))
    with database.writing("test") as session:
        first, second = session.scalars(select(Asset).order_by(Asset.position)).all()
        first.state, second.state = AssetState.RETIRED, AssetState.REFUSED
    write(database, blobs, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "acme" / "brand.json").read_bytes())["logos"] == ["b.png"]
    assert not (tmp_path / "out" / "acme" / "a.png").exists()
    assert (tmp_path / "out" / "acme" / "b.png").read_bytes() == picture("B")


NOT_WRITTEN = [
    ("there.jsonl", "there.jsonl: is there already"),
    ("full", "full: is there already"),
    ("brands.xlsx", "tells no format"),
    ("gone/brands.csv", "in a folder that exists"),
]


@pytest.mark.parametrize(("name", "said"), NOT_WRITTEN)
def test_nothing_that_is_there_is_written_over(tmp_path, name, said) -> None:
    (tmp_path / "there.jsonl").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    with empty_database() as (database, blobs), pytest.raises(UnreadableInput, match=said):
        write(database, blobs, tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == {"there.jsonl", "full"}


def test_an_export_that_fails_half_way_leaves_nothing_that_looks_whole(tmp_path) -> None:
    (tmp_path / "a.png").write_bytes(picture("A"))
    file = tmp_path / "brands.jsonl"
    file.write_text('{"id": "acme", "name": "Acmelux", "logos": ["a.png"]}')
    with empty_database() as (database, blobs):
        take(database, blobs, brand_entries(file))
        kept = [path for path in blobs.folder.rglob("*") if path.is_file()]
        data = kept[0].read_bytes()
        kept[0].write_bytes(b"damaged")
        for form in FORMS:
            with pytest.raises(StorageError, match="bring back a copy"):
                write(database, blobs, tmp_path / f"out-{form}")
            assert not (tmp_path / f"out-{form}").exists()
        kept[0].write_bytes(data)
        for form in FORMS:
            assert write(database, blobs, tmp_path / f"out-{form}") == [1]
    assert not list(tmp_path.glob("*.partial"))


def test_no_cell_begins_as_a_formula(tmp_path) -> None:
    hostile = {"id": "-1", "name": "=HYPERLINK(1)", "aliases": ["@a", "+b"], "categories": ["\tc"], "x": "=x"}
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps(hostile))
    with empty_database() as (database, blobs):
        take(database, blobs, brand_entries(file))
        write(database, blobs, tmp_path / "out.csv")
    import csv

    with (tmp_path / "out.csv").open(newline="") as out:
        cells = [cell for row in csv.reader(out) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]
    assert any("HYPERLINK" in cell for cell in cells)


@pytest.mark.parametrize("key", ["acme", "Acme", "con:1", "アクメ", "a" * 200, "..", "x.", "-a"])
def test_a_folder_s_name_is_one_on_every_system(key) -> None:
    name = folder_name(key)
    assert name.isascii()
    assert name == name.lower()
    assert 0 < len(name.strip("-. ")) <= 100
    assert (name == key) == (key == "acme") or key == "x."


def test_brands_whose_ids_differ_by_case_have_folders_of_their_own() -> None:
    assert folder_name("acme") != folder_name("ACME") != folder_name("Acme")


def test_what_is_json_is_shown_without_what_was_not_given(tmp_path) -> None:
    with empty_database() as (database, blobs):
        entries = brand_entries(_file(tmp_path, {"id": "acme", "name": "Acmelux"}))
        take(database, blobs, entries)
        with database.reading() as session:
            one = next(stored(session, select(Brand)))
    assert as_json(one.record) == {"id": "acme", "name": "Acmelux"}


def _file(folder, brand):
    file = folder / "one.jsonl"
    file.write_text(json.dumps(brand))
    return file
