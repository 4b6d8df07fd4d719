"""The notice that a brand files elsewhere: what it says, in which languages, and who may have it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from brand_registry.access import NotThere, Viewer
from brand_registry.people import HOUSE, Owner, Role
from brand_registry.tables import Brand, Mark
from review.notices.complete import Given, lacks
from review.statements.wording import LANGUAGES, UnknownLanguage
from review.tables import Case
from review.takedown.writing import takedown_of
from tests.review.conftest import ANNA, NOBODY, add_case, result
from tests.review.test_statements import confirm

URL = "https://shop.example/l/1"


@pytest.fixture
def case(database) -> int:
    number = add_case(
        database, title="Acrnes shoes, call +49 170 1234567", url=URL, marketplace="Shop",
        seller={"id": "w1", "name": "Wanda Wood"},
    )  # fmt: skip
    with database.writing("the test") as session:
        owners = [session.query(Owner).filter_by(key=HOUSE).one(), Owner(key="other", name="Other")]
        session.add(owners[1])
        session.flush()
        brand = Brand(owner_id=owners[0].id, key="acme", name="Acme")
        brand.marks = [
            Mark(
                text="ACME", script="Latin", classes=[25], territories=["EU"], common_word=False, position=0,
                registration_number="018000001",
            )
        ]  # fmt: skip
        session.add(brand)
        session.flush()
        session.execute(update(Case).where(Case.id == number).values(brand_id=brand.id))
    return number


def owner_of(database, key: str) -> Viewer:
    with database.reading() as session:
        number = session.query(Owner).filter_by(key=key).one().id
    return Viewer(f"o@{key}.example", frozenset({(Role.OWNER, number)}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_says_what_it_must_in_every_language(database, case, language) -> None:
    confirm(database, case, at=datetime.now(UTC))
    with database.reading() as session:
        written = takedown_of(session, ANNA, case)
        text = written.text(language)
        fields = written.fields(language)
        pdf = written.pdf(language)
    for wanted in (URL, "Acme", "ACME", "018000001", "EU", "Acrnes", "____"):
        assert wanted in text
    assert "{" not in text
    for personal in ("Wanda", "1234567", "w1", ANNA.name):
        assert personal not in text
        assert personal not in str(fields)
    assert pdf.startswith(b"%PDF")
    assert pdf == written.pdf(language)
    # Once whoever gives it has filled in who they are, our own intake finds nothing missing.
    given = {name: fields[name] for name in ("where", "brand", "policy", "explanation")}
    assert lacks(Given(**given, name="N", email="n@acme.example", good_faith=True)) == {}
    assert set(lacks(Given(**given, name="", email="", good_faith=False))) == {"name", "email", "good_faith"}


def test_marks_are_named_that_are_in_force(database, case) -> None:
    day, one = datetime.now(UTC).date(), timedelta(days=1)
    ended = [(f"ENDED{number}", None, day - one) for number in range(25)]
    kept = [("COMING", day + one, None), ("SINCE TODAY", day, None), ("TO TODAY", day - one, day)]
    with database.writing("the test") as session:
        brand = session.query(Brand).one()
        (acme,) = brand.marks
        acme.position = 99
        brand.marks += [
            Mark(
                text=mark, script="Latin", classes=[], territories=[], common_word=False, position=place,
                since=since, until=until,
            )
            for place, (mark, since, until) in enumerate([*ended, *kept])
        ]  # fmt: skip
    confirm(database, case, at=datetime.now(UTC))
    with database.reading() as session:
        rights = takedown_of(session, ANNA, case).rights
    assert [one.mark for one in rights] == ["SINCE TODAY", "TO TODAY", "ACME"]


def test_only_confirmed_cases_have_one_and_only_for_who_may_see_them(database, case) -> None:
    with database.reading() as session, pytest.raises(NotThere):
        takedown_of(session, ANNA, case)
    confirm(database, case, at=datetime.now(UTC))
    with database.reading() as session:
        assert takedown_of(session, owner_of(database, HOUSE), case).about.brand == "Acme"
        takedown_of(session, NOBODY, case)  # an administrator sees every brand
        for viewer, number in (
            (owner_of(database, "other"), case),
            (Viewer("x@y.example", frozenset()), case),
            (ANNA, 999),
        ):
            with pytest.raises(NotThere):
                takedown_of(session, viewer, number)
        with pytest.raises(UnknownLanguage):
            takedown_of(session, ANNA, case).text("xx")


def test_a_listing_without_an_address_is_named_by_its_number(database) -> None:
    number = add_case(database, result(brand="nobody"), title="Acrnes \U0001f45f \u202e鞋")
    confirm(database, number, at=datetime.now(UTC))
    with database.reading() as session:
        written = takedown_of(session, ANNA, number)
        assert written.about.listing.id in written.text("en")
        assert written.fields("de")["rights"] == []
        assert written.pdf("pl").startswith(b"%PDF")
