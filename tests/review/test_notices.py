"""Notices by Article 16: their completeness, where they go, what is counted."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from brand_registry.access import Viewer
from brand_registry.notices import quality_of
from brand_registry.people import HOUSE, Owner, Role
from brand_registry.states import BrandState
from brand_registry.tables import Brand
from review.by_hand import live_brand
from review.decisions.deciding import decide
from review.decisions.rules import NOTICE, Code, Outcome, Policy, Ruling
from review.decisions.tables import Announcement
from review.errors import AgainstTheRules
from review.notices.complete import Given, lacks
from review.notices.filing import Incomplete, file_notice, gave_notice, notices_of
from review.notices.placing import place_waiting
from review.notices.tables import Notice, NoticeState
from review.outgoing.telling import tell_due
from review.queue.claiming import claim
from review.retention.erasing import ERASED, erase_notices
from review.tables import Case, CaseEvidence, CaseState, ListingVersion
from review.tables import Listing as ListingRow
from tests.review.conftest import ANNA, AT, BEN, judge_again, result
from workers.outgoing.telling import tell_all

GIVEN = {
    "where": "https://market.example/item/shoes-4711.html",
    "brand": "acme",
    "policy": "trademark",
    "explanation": "The listing uses our trade mark Acme without our consent.",
    "name": "Olga Owner",
    "email": "olga@acme.example",
    "good_faith": True,
}


def given(**change) -> Given:
    return Given(**(GIVEN | change))


@pytest.fixture
def brand(database) -> int:
    """The number of the owner of Acme, which is live."""
    with database.writing("the test") as session:
        house = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
        session.add(Brand(owner_id=house.id, key="acme", name="Acme", state=BrandState.LIVE))
        return house.id


@pytest.fixture
def listing(database) -> int:
    with database.writing("the test") as session:
        row = ListingRow(source="demo", key="4711", content="", version=1, seen=AT)
        session.add(row)
        session.flush()
        data = (
            '{"id": "4711", "title": "Acme shoes", "url": "http://www.market.example/item/shoes-4711.html"}'
        )
        session.add(ListingVersion(listing_id=row.id, number=1, content="", data=data, since=AT))
        return row.id


def file(database, viewer=None, **change) -> int:
    with database.writing("somebody") as session:
        return file_notice(session, given(**change), viewer, AT).id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"where": "acme shoes"}, "where"),
        ({"where": "javascript:alert(1)"}, "where"),
        ({"where": "https://"}, "where"),
        ({"where": "https://[x"}, "where"),
        ({"where": "https://m.example/" + "x" * 2_000}, "where"),
        ({"brand": " "}, "brand"),
        ({"policy": "ugly"}, "policy"),
        ({"explanation": "it is fake"}, "explanation"),
        ({"explanation": "x" * 5_001}, "explanation"),
        ({"name": ""}, "name"),
        ({"email": "olga"}, "email"),
        ({"good_faith": False}, "good_faith"),
    ],
)
def test_what_a_notice_lacks_is_named(change, field) -> None:
    assert list(lacks(given(**change))) == [field]
    assert not lacks(given())


def test_all_that_is_missing_is_told_at_once(database) -> None:
    with database.writing("x") as session, pytest.raises(Incomplete) as refused:
        file_notice(session, Given("", "", "", "", "", "", False), None, AT)
    assert len(refused.value.lacking) == 7


def test_a_notice_opens_a_case(database, brand, listing) -> None:
    number = file(database)
    with database.reading() as session:
        notice = session.get_one(Notice, number)
        case = session.get_one(Case, notice.case_id)
        assert (notice.state, case.listing_id, case.reasons) == (NoticeState.OPEN, listing, [NOTICE])
        assert case.evidence[0].what["detail"] == GIVEN["explanation"]
        assert gave_notice(session, case.id, AT)


@pytest.mark.parametrize(
    ("name", "named", "found"),
    [
        ("ŠKODA", "škoda", True),
        ("Škoda", "ŠKODA", True),
        ("Straße", "STRASSE", True),
        ("+++", "+++", True),
        ("Škoda", "Skoda", False),
        ("Škoda Auto", "Škoda", False),
    ],
)
def test_a_brand_is_known_by_its_name_in_any_case(database, brand, name, named, found) -> None:
    with database.writing("the test") as session:
        house = session.get_one(Owner, brand)
        session.add(Brand(owner=house, key="x", name=name, state=BrandState.LIVE))
        for number in range(3):
            session.add(Brand(owner=house, key=f"x{number}", name=f"{name} {number}", state=BrandState.LIVE))
    with database.reading() as session:
        assert (live_brand(session, named) is not None) == found


def test_notices_go_into_the_one_open_case_and_stay_when_more_is_found(database, brand, make_case) -> None:
    case = make_case()
    with database.writing("the test") as session:
        version = session.get_one(ListingVersion, session.get_one(Case, case).version_id)
        session.get_one(ListingRow, version.listing_id).key = "4711"
        version.data = '{"id": "4711", "title": "x", "url": "https://market.example/item/shoes-4711.html"}'
    file(database)
    file(database, name="Another")
    judge_again(database, case, result(0.9))
    with database.reading() as session:
        assert [one.case_id for one in session.scalars(select(Notice))] == [case, case]
        assert session.get_one(Case, case).reasons == ["misspelling", NOTICE]
        kinds = session.scalars(select(CaseEvidence.kind).where(CaseEvidence.case_id == case))
        assert sorted(kinds) == ["misspelling", NOTICE, NOTICE]


@pytest.mark.parametrize(
    "change",
    [
        {"where": "https://other.example/item/shoes-4711.html"},
        {"where": "https://market.example/item/shoes-4712.html"},
        {"brand": "Nobody's"},
    ],
)
def test_what_is_not_known_waits(database, brand, listing, change) -> None:
    number = file(database, **change)
    with database.reading() as session:
        assert session.get_one(Notice, number).state == NoticeState.UNPLACED
        assert session.scalar(select(Case.id)) is None


def test_a_listing_that_is_pulled_later_is_found_then(database, brand) -> None:
    number = file(database)
    with database.writing("the test") as session:
        row = ListingRow(source="demo", key="4711", content="", version=1, seen=AT)
        session.add(row)
        session.flush()
        data = f'{{"id": "4711", "title": "Acme", "url": "{GIVEN["where"]}"}}'
        session.add(ListingVersion(listing_id=row.id, number=1, content="", data=data, since=AT))
    with database.writing("the test") as session:
        assert place_waiting(session, AT) == 1
        assert session.get_one(Notice, number).state == NoticeState.OPEN


def test_every_notice_that_waits_has_its_turn(database, brand) -> None:
    numbers = [file(database, None, where=f"https://market.example/item/{n}") for n in range(5)]
    for turn in range(1, 4):
        with database.writing("the test") as session:
            place_waiting(session, AT + timedelta(minutes=turn), most=2)
    with database.reading() as session:
        looked = [session.get_one(Notice, number).looked - AT for number in numbers]
    assert sorted(looked) == [timedelta(minutes=turn) for turn in (1, 2, 2, 3, 3)]


@pytest.mark.parametrize("url", ["http://[x", "http://[::1", "x" * 3_000, "//]/"])
def test_a_listing_with_a_malformed_address_stops_nobody(database, brand, listing, url) -> None:
    number = file(database, where="https://market.example/item/4712")
    with database.writing("the test") as session:
        row = ListingRow(source="demo", key="4712", content="", version=1, seen=AT + timedelta(1))
        session.add(row)
        session.flush()
        data = orjson.dumps({"id": "4712", "title": "Acme", "url": url}).decode()
        session.add(ListingVersion(listing_id=row.id, number=1, content="", data=data, since=AT))
    with database.writing("the test") as session:
        assert place_waiting(session, AT) == 0
        assert session.get_one(Notice, number).looked == AT


def test_one_notice_that_fails_stops_no_other(database, brand) -> None:
    where = "https://market.example/item/4711"
    broken, number = file(database, where="https://market.example/item/4710"), file(database, where=where)
    with database.writing("the test") as session:
        for key, url in (("4710", "not JSON"), ("4711", where)):
            row = ListingRow(source="demo", key=key, content="", version=1, seen=AT)
            session.add(row)
            session.flush()
            data = orjson.dumps({"id": key, "title": "Acme", "url": url}).decode()
            data = url if url == "not JSON" else data
            session.add(ListingVersion(listing_id=row.id, number=1, content="", data=data, since=AT))
    later = AT + timedelta(minutes=1)
    assert tell_all(database, later) == 0
    with database.reading() as session:
        found = [session.get_one(Notice, one) for one in (broken, number)]
        assert [(one.state, one.looked) for one in found] == [("unplaced", later), ("open", later)]


def test_an_address_may_spell_what_no_database_keeps(database, brand) -> None:
    number = file(database, where="https://market.example/item/%00?a=%00")
    with database.reading() as session:
        assert session.get_one(Notice, number).state == NoticeState.UNPLACED


def test_what_was_erased_waits_no_more(database, brand, listing) -> None:
    number = file(database, where="https://market.example/item/4712")
    with database.writing("the test") as session:
        assert erase_notices(session, Notice.id == number) == 1
        session.get_one(ListingRow, listing).key = ERASED
    assert tell_all(database, AT + timedelta(minutes=1)) == 0
    with database.reading() as session:
        assert session.get_one(Notice, number).looked == AT


@pytest.mark.parametrize(
    ("ruling", "state", "quality"),
    [
        (Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, NOTICE), NoticeState.HELD, (1, 0)),
        (Ruling(Outcome.NOT_INFRINGING, code=Code.RESALE), NoticeState.FELL, (0, 1)),
    ],
)
def test_what_became_of_a_notice_counts_for_its_owner(
    database, brand, listing, ruling, state, quality
) -> None:
    owner = Viewer("olga@acme.example", frozenset({(Role.OWNER, brand)}))
    number = file(database, owner)
    with database.writing(ANNA.name) as session:
        case = session.get_one(Notice, number).case_id
        for viewer in (ANNA, BEN):  # to confirm what is as likely as not takes two
            if session.get_one(Case, case).state == CaseState.CLOSED:
                break
            claim(session, viewer, case, AT)
            lock = session.get_one(Case, case).lock
            decide(session, viewer, case, ruling, seen=lock, token=viewer.name, at=AT, chance=lambda: 1.0)
        due = session.scalars(select(Announcement.due)).one()
    with database.writing("deliver") as session:
        assert tell_due(session, AT) == 0  # it can still be taken back
        assert tell_due(session, due) == 1
        assert tell_due(session, due) == 0
    with database.reading() as session:
        assert [one.state for one in notices_of(session, owner)] == [state]
        told = quality_of(session, brand)
        assert (told.held, told.fell) == quality


def test_an_owner_may_file_so_many_a_day(database, brand) -> None:
    owner = Viewer("olga@acme.example", frozenset({(Role.OWNER, brand)}))
    with database.writing("x") as session:
        for number in range(50):
            file_notice(session, given(where=f"https://market.example/{number}"), owner, AT)
        with pytest.raises(AgainstTheRules, match="50 reports"):
            file_notice(session, given(), owner, AT)
        file_notice(session, given(), None, AT)
