"""Brands added by statements are what the same brands would be as objects, in rows and history."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from brand_registry.adding import add
from brand_registry.changes import Change
from brand_registry.people import Owner
from brand_registry.record import Record, picture_paths
from brand_registry.states import BrandState
from brand_registry.stored import Stored
from brand_registry.storing import store
from brand_registry.tables import Brand, OfBrand
from brand_registry.words import BrandWord
from tests.registry.records import RECORDS

PARTS = [one.key for one in inspect(Brand).relationships if issubclass(one.mapper.class_, OfBrand)]


def new(record):
    pictures = {path: f"{number:064}" for number, (_, _, path) in enumerate(picture_paths(record))}
    return Stored(0, "house", BrandState.SHADOW, record, pictures)


def columns(row):
    own = {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs}
    return {name: value for name, value in own.items() if name not in {"id", "brand_id", "owner_id"}}


def rows(session, brand):
    words = session.scalars(select(BrandWord.word).where(BrandWord.brand_id == brand.id)).all()
    own = {"": columns(brand), "words": sorted(words)}
    return {part: [columns(row) for row in getattr(brand, part)] for part in PARTS} | own


def told(session, brand):
    """The brand's history in the names of its rows: an id in it is that of a row which is there."""
    (change,) = session.scalars(select(Change).where(Change.brand_id == brand.id))
    assert (change.who, change.owner_id, change.revision) == ("anna", brand.owner_id, brand.revision)
    there = {("brands", brand.id)} | {(part, row.id) for part in PARTS for row in getattr(brand, part)}
    assert {(entry["table"], entry["row"]) for entry in change.what} == there
    return sorted((entry["table"], *(entry.keys() - {"row"}), entry["did"]) for entry in change.what)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(RECORDS, min_size=1, max_size=3, unique_by=lambda one: one.id))
def test_a_brand_added_by_statements_is_the_same_as_one_of_objects(database, records) -> None:
    with database.writing("anna") as session:
        house = session.scalars(select(Owner)).first()
        added = [new(one) for one in records]
        add(session, house.id, added)
        session.flush()
        by_key = {one.key: one for one in session.scalars(select(Brand))}
        by_statements = {key: (rows(session, one), told(session, one)) for key, one in by_key.items()}
        session.rollback()
        for one in added:
            brand = Brand(owner_id=house.id, key=one.record.id, state=one.state)
            session.add(brand)
            store(brand, one.record, one.pictures)
        session.flush()
        for brand in session.scalars(select(Brand)):
            session.refresh(brand)
            assert by_statements[brand.key] == (rows(session, brand), told(session, brand))
        assert len(by_statements) == len(added)
        session.rollback()


def test_ids_go_on_where_those_of_objects_end_and_the_other_way_round(database) -> None:
    def with_marks(key):
        return new(Record.model_validate({"id": key, "name": key, "marks": [{"text": key}, {"text": "x"}]}))

    for key in ("a", "b", "c", "d"):
        with database.writing("anna") as session:
            house = session.scalars(select(Owner)).first()
            if key in "ac":
                add(session, house.id, [with_marks(key), with_marks(key * 2)])
            else:
                brand = Brand(owner=house, key=key)
                session.add(brand)
                store(brand, with_marks(key).record, {})
    with database.reading() as session:
        there = session.scalars(select(Brand).order_by(Brand.id)).all()
        assert [one.key for one in there] == ["a", "aa", "b", "c", "cc", "d"]
        assert [[mark.text for mark in one.marks] for one in there] == [[one.key, "x"] for one in there]
        assert [one.revision for one in there] == [1, 1, 2, 3, 3, 4]


def test_one_that_is_there_already_keeps_the_others_out_too(database) -> None:
    one, other = (new(Record(id=key, name=key)) for key in ("one", "other"))
    with database.writing("anna") as session:
        house = session.scalars(select(Owner.id)).first()
        add(session, house, [one])
    with pytest.raises(IntegrityError), database.writing("bert") as session:
        add(session, house, [other, one])
    with database.reading() as session:
        assert session.scalars(select(Brand.key)).all() == ["one"]
        assert session.scalars(select(Change.who)).all() == ["anna"]
