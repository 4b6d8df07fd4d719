"""Passwords, sessions, roles and keys, over HTTP."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from brand_registry.identity.events import Happened
from brand_registry.identity.sessions import IDLE, LONGEST
from brand_registry.identity.tables import AccountEvent, Key, SignedIn
from brand_registry.people import Person, Role
from tests.web.conftest import PASSWORD, Site

pytestmark = pytest.mark.slow

ANNA, OLGA, MIKE = "anna@example.com", "olga@acme.example", "mike@acme.example"
ANOTHER = "a kettle full of green rain"


@pytest.fixture
def people(site: Site) -> Site:
    site.add_person(ANNA, Role.ADMINISTRATOR)
    site.add_person(OLGA, Role.OWNER, "acme")
    site.add_person(MIKE, Role.BRAND_MANAGER, "acme")
    return site


def events(site: Site) -> list[str]:
    with site.database.reading() as session:
        return list(session.scalars(select(AccountEvent.kind).order_by(AccountEvent.id)))


def test_a_new_password_ends_every_other_session(people) -> None:
    here, there = people.client(OLGA), people.client(OLGA)
    wrong = here.post("/account/password", data={"old": "wrong", "new": ANOTHER})
    assert (wrong.status_code, "password is wrong" in wrong.text) == (422, True)
    weak = here.post("/account/password", data={"old": PASSWORD, "new": "olga@acme.example"})
    assert (weak.status_code, "hardly more than your name" in weak.text) == (422, True)
    before = here.cookies["session"]
    assert here.post("/account/password", data={"old": PASSWORD, "new": ANOTHER}).status_code == 303
    assert here.cookies["session"] != before
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303
    assert people.client().post("/signin", data={"email": OLGA, "password": PASSWORD}).status_code == 401


def test_signing_out_everywhere(people) -> None:
    here, there = people.client(OLGA), people.client(OLGA)
    assert here.post("/signout/everywhere").status_code == 303
    assert there.get("/").status_code == 303


def test_a_role_that_is_taken_ends_the_session(people) -> None:
    mike = people.client(MIKE)
    assert mike.get("/owners/acme").status_code == 200
    taken = people.client(OLGA).post("/people/take-role", data={"email": MIKE, "role": "brand_manager/acme"})
    assert taken.status_code == 200
    assert mike.get("/owners/acme").status_code == 303
    assert people.client(MIKE).get("/owners/acme").status_code == 404


@pytest.mark.parametrize(("column", "back"), [("seen", IDLE), ("begun", LONGEST)])
def test_a_session_ends_by_itself(people, column, back) -> None:
    olga = people.client(OLGA)
    with people.database.writing("the clock") as session:
        for one in session.scalars(select(SignedIn)):
            setattr(one, column, datetime.now(UTC) - back - timedelta(seconds=1))
    assert olga.get("/").status_code == 303


def test_whoever_left_may_do_nothing(people) -> None:
    olga, key = people.client(OLGA), _key(people, people.client(OLGA), "owner/acme")
    assert people.client(ANNA).post("/people/leave", data={"email": OLGA}).status_code == 200
    assert olga.get("/").status_code == 303
    assert _with(people, key).get("/owners/acme").status_code == 401
    assert people.client().post("/signin", data={"email": OLGA, "password": PASSWORD}).status_code == 401


def test_the_last_administrator_stays(people) -> None:
    anna = people.client(ANNA)
    for path, data in (("leave", {}), ("take-role", {"role": "administrator"})):
        answer = anna.post(f"/people/{path}", data={"email": ANNA, **data})
        assert (answer.status_code, "last administrator" in answer.text) == (409, True)
    people.add_person("ben@example.com", Role.ADMINISTRATOR)
    assert anna.post("/people/leave", data={"email": ANNA}).status_code == 200


def test_an_administrator_gives_a_new_password_by_a_link(people) -> None:
    page = people.client(ANNA).post("/people/password-link", data={"email": OLGA}).text
    link = re.search(r"/invitation/[\w-]+", page)[0]
    before, browser = people.client(OLGA), people.client()
    assert "new password" in browser.get(link).text
    assert browser.post(link, data={"password": ANOTHER}).status_code == 303
    assert before.get("/").status_code == 303
    assert browser.get("/owners/acme").status_code == 200
    assert people.client().post(link, data={"password": PASSWORD}).status_code == 404


def test_an_owner_gives_nobody_a_new_password(people) -> None:
    assert people.client(OLGA).post("/people/password-link", data={"email": MIKE}).status_code == 403


def test_a_key_is_shown_once_and_does_what_its_role_may(people) -> None:
    olga = people.client(OLGA)
    key = _key(people, olga, "brand_manager/acme")
    assert key not in olga.get("/account").text
    with people.database.reading() as session:
        row = session.scalar(select(Key))
        assert key not in (row.public, row.token, row.name)
        assert row.used is None
    program = _with(people, key)
    assert program.get("/v1/me").json() == {
        "name": "Olga", "roles": [{"role": "brand_manager", "owner": "acme"}]
    }  # fmt: skip
    assert program.get("/people").status_code == 403
    assert program.post("/account/keys", data={"name": "x", "role": "owner/acme"}).status_code == 403
    with people.database.reading() as session:
        assert session.scalar(select(Key)).used is not None
    public = key.split("_")[1]
    assert olga.post(f"/account/keys/{public}/revoke").status_code == 200
    refused = program.get("/v1/me")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_a_key_ends(people) -> None:
    key = _key(people, people.client(OLGA), "owner/acme")
    with people.database.writing("the clock") as session:
        session.scalar(select(Key)).until = datetime.now(UTC) - timedelta(seconds=1)
    assert _with(people, key).get("/v1/me").status_code == 401


def test_a_key_loses_what_its_maker_loses(people) -> None:
    key = _key(people, people.client(MIKE), "brand_manager/acme")
    people.client(OLGA).post("/people/take-role", data={"email": MIKE, "role": "brand_manager/acme"})
    assert _with(people, key).get("/v1/me").status_code == 401


@pytest.mark.parametrize(
    "role", ["administrator", "reviewer", "service", "owner", "owner/globex", "owner/nobody", "king", ""]
)
def test_nobody_makes_a_key_for_more_than_they_may(people, role) -> None:
    people.add_person("olga@globex.example", Role.OWNER, "globex")
    answer = people.client(OLGA).post("/account/keys", data={"name": "x", "role": role, "days": "5"})
    assert answer.status_code == 422
    with people.database.reading() as session:
        assert session.scalar(select(Key)) is None


@pytest.mark.parametrize(
    ("name", "days"), [("", "5"), ("x" * 101, "5"), ("x", "0"), ("x", "367"), ("x", "1e3")]
)
def test_a_key_needs_a_name_and_an_end(people, name, days) -> None:
    data = {"name": name, "role": "owner/acme", "days": days}
    assert people.client(OLGA).post("/account/keys", data=data).status_code == 422


@pytest.mark.parametrize("given", ["Bearer", "Bearer x", "Basic YTpi", "detector_x", "Bearer \xff"])
def test_a_key_that_is_none_is_refused(people, given) -> None:
    answer = httpx.get(people.url + "/v1/me", headers={"Authorization": given.encode("latin-1")})
    assert answer.status_code == 401


def test_what_happens_is_written_down(people) -> None:
    olga = people.client(OLGA)
    people.client().post("/signin", data={"email": OLGA, "password": "wrong"})
    _key(people, olga, "owner/acme")
    olga.post("/people/invite", data={"email": "new@acme.example", "role": "brand_manager/acme"})
    olga.post("/signout")
    assert events(people) == [
        Happened.SIGNED_IN, Happened.FAILED, Happened.KEY_MADE, Happened.INVITED, Happened.SIGNED_OUT
    ]  # fmt: skip
    page = people.client(ANNA).get("/events", params={"q": OLGA}).text
    assert "key made" in page
    assert "failed" in page
    assert people.client(OLGA).get("/events").status_code == 403


def test_an_owners_people_are_all_that_an_owner_sees(people) -> None:
    people.add_person("greta@globex.example", Role.OWNER, "globex")
    with people.database.writing("the test") as session:
        from brand_registry.people import Owner, RoleHeld

        mike = session.scalar(select(Person).where(Person.email == MIKE))
        globex = session.scalar(select(Owner).where(Owner.key == "globex"))
        mike.roles.append(RoleHeld(role=Role.OWNER, owner_id=globex.id))
    page = people.client(OLGA).get("/people").text
    assert MIKE in page
    assert "lobex" not in page
    answer = people.client(OLGA).post("/people/take-role", data={"email": MIKE, "role": "owner/globex"})
    assert answer.status_code == 422


def _key(site: Site, client: httpx.Client, role: str) -> str:
    page = client.post("/account/keys", data={"name": "the test's", "role": role, "days": "30"}).text
    return re.search(r"detector_[0-9a-f]{12}_[\w-]+", page)[0]


def _with(site: Site, key: str) -> httpx.Client:
    return httpx.Client(base_url=site.url, timeout=60, headers={"Authorization": f"Bearer {key}"})
