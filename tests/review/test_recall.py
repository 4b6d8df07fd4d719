"""What was cleared is looked at by people, and recall is told from it; what to label next is chosen."""

from collections import Counter
from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from brand_registry.access import NotAllowed, NotThere
from brand_registry.people import HOUSE, Owner
from brand_registry.states import BrandState
from brand_registry.tables import Brand
from review.audit.checking import verify_all
from review.cases import open_cases
from review.decisions.deciding import decide
from review.decisions.rules import Outcome, Policy, Ruling
from review.errors import AgainstTheRules, TooLate
from review.labelling.choosing import choose
from review.queue.claiming import LEASE, claim
from review.queue.tables import Queued
from review.recall.auditing import Found, draw, next_cleared, say
from review.recall.estimating import recall, wilson
from review.recall.tables import Cleared, Verdict
from review.tables import Case, Listing, ListingVersion
from tests.review.conftest import ANNA, AT, BEN, LEA, NOBODY, add_case, judged, result
from workers.cli import main

CLEAR = Found(Verdict.CLEAR)
FAKE = Found(Verdict.INFRINGES, brand="Acme", policy="counterfeit", note="its logo, blurred")


@pytest.fixture
def cleared(database):
    """Five listings that were cleared, and a live brand."""
    with database.writing("the test") as session:
        house = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
        session.add(Brand(owner_id=house.id, key="acme", name="Acme", state=BrandState.LIVE))
        versions = []
        for number in range(5):
            row = Listing(source="demo", key=f"C{number}", content="1", version=1, seen=AT)
            session.add(row)
            session.flush()
            data = f'{{"id": "C{number}", "title": "Nice shoes {number}"}}'
            version = ListingVersion(listing_id=row.id, number=1, content="1", data=data, since=AT)
            session.add(version)
            session.flush()
            versions.append(version.id)
        assert draw(session, versions, 0.01, AT, chance=lambda: 0.0) == 5
        assert draw(session, versions, 0.01, AT, chance=lambda: 0.0) == 0
        assert draw(session, versions, 0.01, AT, chance=lambda: 0.01) == 0
    return database


def take(database, viewer, at=AT) -> int | None:
    with database.writing(viewer.name) as session:
        one = next_cleared(session, viewer, at)
        return one.id if one else None


def answer(database, viewer, number, found, at=AT) -> int | None:
    with database.writing(viewer.name) as session:
        return say(session, viewer, number, found, at).case_id


def confirm(database, case: int) -> None:
    with database.writing(ANNA.name) as session:
        claim(session, ANNA, case, AT)
        ruling = Ruling(Outcome.CONFIRMED, Policy.COUNTERFEIT, session.get_one(Case, case).reasons[0])
        seen = session.get_one(Case, case).lock
        decide(session, ANNA, case, ruling, seen=seen, token=f"c{case}", at=AT, chance=lambda: 1.0)


def test_nobody_looks_at_what_another_has(cleared) -> None:
    first = take(cleared, ANNA)
    assert take(cleared, ANNA) == first
    second = take(cleared, BEN)
    assert second != first
    with pytest.raises(TooLate):
        answer(cleared, BEN, first, CLEAR)
    assert answer(cleared, ANNA, first, CLEAR) is None
    with pytest.raises(TooLate):
        answer(cleared, ANNA, first, CLEAR)
    assert take(cleared, ANNA, AT + LEASE * 2) == second
    with pytest.raises(TooLate):
        answer(cleared, BEN, second, CLEAR)
    with pytest.raises(NotThere):
        answer(cleared, BEN, 99, CLEAR)
    with pytest.raises(NotAllowed):
        take(cleared, NOBODY)


def test_what_infringes_becomes_a_case_that_people_decide(cleared) -> None:
    number = take(cleared, ANNA)
    for wrong, said in (
        (Found(Verdict.INFRINGES, brand="Acme"), "choose what it breaks"),
        (Found(Verdict.INFRINGES, brand="nobody", policy="design"), "name a live brand"),
        (Found(Verdict.CLEAR, note="x" * 2_001), "2,000 characters"),
    ):
        with pytest.raises(AgainstTheRules, match=said):
            answer(cleared, ANNA, number, wrong)
    case = answer(cleared, ANNA, number, FAKE)
    with cleared.writing("the test") as session:
        row = session.get_one(Case, case)
        assert (row.brand, row.reasons, row.evidence[0].what["detail"]) == ("acme", ["audit"], FAKE.note)
        assert session.get_one(Queued, case).stage == "first"
        # What a program finds later goes into the same case, and what the person said stays.
        found = result()
        assert [one.id for one in open_cases(session, judged(row.listing_id, row.version_id, found))] == [
            case
        ]
        assert session.get_one(Case, case).reasons == ["misspelling", "audit"]
    confirm(cleared, case)
    with cleared.reading() as session:
        verify_all(session)


def test_recall_is_told_from_the_slice(cleared) -> None:
    with cleared.reading() as session:
        before = recall(session, AT, 30)
        assert (before.share, before.waiting, before.cleared) == (None, 5, 500)
    for number in range(9):
        confirm(cleared, add_case(cleared, title=f"Acrnes shoes {number}"))
    for found in (CLEAR, CLEAR, CLEAR, FAKE, Found(Verdict.CANNOT_TELL)):
        case = answer(cleared, ANNA, take(cleared, ANNA), found)
        if case is not None:
            confirm(cleared, case)
    assert take(cleared, ANNA) is None
    with cleared.reading() as session:
        told = recall(session, AT, 30)
        assert (told.looked_at, told.infringing, told.waiting, told.found) == (4, 1, 0, 9)
        assert told.share == pytest.approx(9 / (9 + 500 / 4))
        assert 0 < told.low < told.share < told.high < 1
        later = recall(session, AT + timedelta(days=40), 30)
        assert (later.looked_at, later.share) == (0, None)


@given(st.integers(1, 10_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_the_share(counts) -> None:
    low, high = wilson(*counts)
    assert 0 <= low <= counts[0] / counts[1] + 1e-9
    assert counts[0] / counts[1] <= high + 1e-9
    assert high <= 1


def test_the_slice_is_as_large_as_said(database) -> None:
    with database.writing("the test") as session:
        row = Listing(source="demo", key="many", content="1", version=1, seen=AT)
        session.add(row)
        session.flush()
        session.add_all(
            ListingVersion(listing_id=row.id, number=number, content="1", data="{}", since=AT)
            for number in range(2_000)
        )
        session.flush()
        drawn = draw(session, session.scalars(select(ListingVersion.id)).all(), 0.1, AT)
        assert 120 < drawn < 290  # fails once in 10¹⁰ runs
        assert session.query(Cleared).count() == drawn


def test_what_to_label_next_is_unsure_and_of_many_kinds(database) -> None:
    for number in range(12):
        add_case(database, result(0.5), title=f"Acrnes {number}", seller={"id": "one"})
    for number in range(4):
        add_case(database, result(0.6, brand=f"b{number}"), title=f"B {number}", seller={"id": f"s{number}"})
    sure = add_case(database, result(0.999), title="sure", seller={"id": "sure"})
    with database.reading() as session:
        chosen = choose(session, LEA, 6)
        assert chosen == choose(session, LEA, 6), "the same cases give the same list"
        brands = Counter(one.brand for one in chosen)
        assert len(brands) == 5
        assert brands["acme"] <= 2
        assert sure not in {one.case for one in chosen}
        assert [one.worth for one in chosen] == sorted((one.worth for one in chosen), reverse=True)
        with pytest.raises(NotAllowed):
            choose(session, ANNA)


def test_the_command_writes_what_to_label_next(database, database_url, monkeypatch, capfdbinary) -> None:
    monkeypatch.setattr("workers.registry.opened.database_url", lambda: database_url)
    case = add_case(database, result(0.6))
    assert main(["decisions", "next", "--most", "3"]) == 0
    (line,) = capfdbinary.readouterr().out.splitlines()
    assert orjson.loads(line)["case"] == case
