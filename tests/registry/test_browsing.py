from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from brand_registry.access import operator
from brand_registry.browsing import BadCursor, _place, brands_page, counts
from brand_registry.editing import Part, as_json, change, items, register, stored_brand
from brand_registry.history import history
from brand_registry.people import Owner
from brand_registry.tables import Brand

ANNA = operator()
NAMES = ["Zeta", "Acme", "Acme", "100% Wool", "Ünïque", "a_b"]


@pytest.fixture
def some(database):
    with database.writing("anna") as session:
        session.add(Owner(key="globex", name="Globex"))
        session.flush()
        for number, name in enumerate(NAMES):
            register(session, ANNA, "globex" if number % 2 else "house", {"name": name})
    return database


def ids(database, **wanted) -> list[str]:
    with database.reading() as session:
        return [one.id for one in brands_page(session, ANNA, **wanted).brands]


def test_pages_follow_each_other_to_the_end(some) -> None:
    seen, after = [], None
    with some.reading() as session:
        while True:
            page = brands_page(session, ANNA, after=after, most=2)
            seen += [one.id for one in page.brands]
            after = page.after
            if after is None:
                break
        everything = brands_page(session, ANNA).brands
    assert seen == [one.id for one in everything]
    assert len(seen) == len(NAMES)
    assert {one.name for one in everything} == set(NAMES)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("acme", {"globex/acme", "acme"}),
        (" ZET ", {"zeta"}),
        ("wool 100", {"globex/100-wool"}),
        ("100%", {"globex/100-wool"}),
        ("%", set()),
        ("b", {"globex/a-b"}),
        ("Unique", {"unique"}),
        ("ÜNÏ", {"unique"}),
        ("ool", set()),
        ("acme wool", set()),
        ("nothing", set()),
        ("\0", set()),
        ("", {"globex/acme", "acme", "zeta", "globex/100-wool", "unique", "globex/a-b"}),
    ],
)
def test_brands_are_found_by_the_beginnings_of_their_words(some, words, found) -> None:
    assert set(ids(some, words=words)) == found


def test_aliases_and_marks_are_found_as_they_are_now(database) -> None:
    given = {"name": "Acme", "aliases": ["資生堂"], "marks": [{"text": "Rocket Skates"}]}
    with database.writing("anna") as session:
        register(session, ANNA, "house", given)
    assert [ids(database, words=one) for one in ("生堂", "ska", "rocket acm")] == [["acme"]] * 3
    with database.writing("anna") as session:
        change(session, ANNA, "acme", {"name": "Apex", "aliases": [], "marks": [{"text": "Anvil"}]})
    assert [ids(database, words=one) for one in ("生堂", "ska", "rocket acm")] == [[]] * 3
    assert [ids(database, words=one) for one in ("apex", "anv", "acme")] == [["acme"]] * 3


def test_states_are_counted(some) -> None:
    with some.writing("anna") as session:
        session.scalars(select(Brand).where(Brand.name == "Zeta")).one().state = "live"
    with some.reading() as session:
        assert counts(session, ANNA) == {"draft": 5, "live": 1}
    assert ids(some, state="live") == ["zeta"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "W10", "WyJhIiwiYiJd", "bnVsbA", "WyJhIiw5OTk5OTk5OTk5OTk5OTk5OTk5OV0"]
)
def test_a_place_that_no_page_gave_is_refused(some, cursor) -> None:
    with pytest.raises(BadCursor, match="begin at the first page"):
        ids(some, after=cursor)


@given(st.text())
def test_any_place_is_taken_or_refused(cursor) -> None:
    with suppress(BadCursor):
        _place(cursor)


def test_history_is_told_in_words(database) -> None:
    with database.writing("anna@acme.example") as session:
        register(session, ANNA, "house", {"name": "Acme", "marks": [{"text": "Acme", "classes": [25]}]})
    with database.reading() as session:
        brand = session.scalars(select(Brand)).one()
        (mark,) = items(brand, as_json(stored_brand(session, brand).record), "marks")
    with database.writing("bo@acme.example") as session:
        Part(session, ANNA, "acme", "marks").change(mark.number, {"text": "ACME", "common_word": True})
    with database.writing("bo@acme.example") as session:
        Part(session, ANNA, "acme", "marks").remove(mark.number)
        change(session, ANNA, "acme", {"name": "Acme Ltd", "categories": ["Shoes"]})
    with database.reading() as session:
        brand = session.scalars(select(Brand)).one()
        last, middle, first = history(session, brand)
        assert [one.number for one in history(session, brand, before=middle.number)] == [first.number]
    told = [(step.did, step.thing, step.name) for past in (first, middle, last) for step in past.steps]
    assert told == [
        ("added", "brand", "Acme Ltd"),
        ("added", "mark", None),
        ("changed", "mark", "Acme"),
        ("removed", "mark", "ACME"),
        ("changed", "brand", "Acme Ltd"),
    ]
    assert [(was.field, was.before) for was in middle.steps[0].was] == [
        ("text", "Acme"),
        ("common word", "no"),
    ]
    assert [(was.field, was.before) for was in last.steps[0].was][:2] == [("text", "ACME"), ("classes", "25")]
    assert {past.who for past in (middle, last)} == {"bo@acme.example"}
