"""Signing in over HTTP, and what keeps others out."""

import re

import pytest
from sqlalchemy import select

from brand_registry.access import operator
from brand_registry.identity import invitations, signing_in
from brand_registry.identity.enrolling import give_role
from brand_registry.identity.errors import InvitationRefused
from brand_registry.identity.tables import AccountEvent
from brand_registry.people import Owner, Person, Role

pytestmark = pytest.mark.slow

ANNA = "anna@example.com"


@pytest.fixture
def known(site):
    site.add_person(ANNA, Role.ADMINISTRATOR)
    return site


def test_nobody_comes_in_without_signing_in(known) -> None:
    browser = known.client()
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    assert browser.get("/brands?after=3").headers["location"] == "/signin?next=/brands%3Fafter%3D3"
    program = browser.get("/api/whatever")
    assert program.status_code == 401
    assert program.headers["content-type"] == "application/problem+json"
    assert program.json() == {"title": "Unauthorized", "status": 401, "detail": "sign in first"}


def test_signing_in_and_out(known) -> None:
    browser = known.client(ANNA)
    assert "Anna" in browser.get("/").text
    cookie = browser.cookies["session"]
    assert browser.post("/signout").status_code == 303
    assert browser.get("/").status_code == 303
    browser.cookies.set("session", cookie)
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    ("email", "password"), [(ANNA, "wrong"), ("nobody@example.com", "wrong"), ("", ""), (ANNA, "x" * 400)]
)
def test_what_is_wrong_is_not_said(known, email, password) -> None:
    answer = known.client().post("/signin", data={"email": email, "password": password})
    assert answer.status_code == 401
    assert "The address or the password is wrong" in answer.text
    assert "session" not in answer.cookies


@pytest.mark.parametrize("email", [ANNA, "nobody@example.com"])
def test_after_five_failures_even_the_right_password_waits(known, email) -> None:
    browser = known.client()
    for _ in range(signing_in.AT_ONE_PLACE):
        assert browser.post("/signin", data={"email": email, "password": "wrong"}).status_code == 401
    answer = browser.post("/signin", data={"email": email, "password": "seven brown ducks on a lake"})
    assert answer.status_code == 429
    assert "try again in 15 minutes" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_changes_nothing(known, headers) -> None:
    browser = known.client(ANNA)
    assert browser.post("/signout", headers=headers).status_code == 403
    assert browser.get("/").status_code == 200
    assert (
        known.client().post("/signin", data={"email": ANNA, "password": "x"}, headers=headers).status_code
        == 403
    )


@pytest.mark.parametrize(
    "there", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_our_own_pages_alone(known, there) -> None:
    data = {"email": ANNA, "password": "seven brown ducks on a lake", "next": there}
    answer = known.client().post("/signin", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_an_invitation_works_once(known) -> None:
    with known.database.writing(ANNA) as session:
        token = invitations.invite(session, operator(), "ben@example.com", Role.REVIEWER, None)
    browser = known.client()
    assert "ben@example.com" in browser.get(f"/invitation/{token}").text
    weak = browser.post(f"/invitation/{token}", data={"name": "Ben", "password": "short"})
    assert (weak.status_code, "12 characters" in weak.text) == (422, True)
    data = {"name": "Ben", "password": "a stone for each of them"}
    assert browser.post(f"/invitation/{token}", data=data).headers["location"] == "/"
    assert "Ben" in browser.get("/").text
    assert known.client().post(f"/invitation/{token}", data=data).status_code == 404


def test_an_invitation_opens_nobody_elses_account(known) -> None:
    with known.database.writing("mallory") as session:
        token = invitations.invite(session, operator(), ANNA, Role.REVIEWER, None)
    data = {"name": "Mallory", "password": "my own long password"}
    assert known.client().post(f"/invitation/{token}", data=data).status_code == 422
    known.client(ANNA)
    with known.database.reading() as session:
        assert [one.role for one in session.scalar(select(Person)).roles] == [Role.ADMINISTRATOR]


def test_who_takes_up_a_link_meant_for_another_gets_nothing_that_is_given_later(known) -> None:
    with known.database.writing("mallory") as session:
        session.add(acme := Owner(key="acme", name="Acme"))
        session.flush()
        token = invitations.invite(session, operator(), "victim@house.org", Role.BRAND_MANAGER, acme.id)
    mallory, data = known.client(), {"name": "Mallory", "password": "my own long password"}
    assert mallory.post(f"/invitation/{token}", data=data).status_code == 303
    assert mallory.get("/owners/acme").status_code == 200
    for owner, status in (("acme", 303), (None, 401)):
        with known.database.writing("anna") as session:
            give_role(session, operator(), "victim@house.org", Role.OWNER if owner else Role.REVIEWER, owner)
        typed = {"email": "victim@house.org", "password": data["password"]}
        assert known.client().post("/signin", data=typed).status_code == status
    assert mallory.get("/").status_code == 303
    with known.database.writing("anna") as session:
        token = invitations.password_link(session, operator(), "victim@house.org")
    victim = known.client()
    assert victim.post(f"/invitation/{token}", data={"password": "what only I can know"}).status_code == 303
    with known.database.writing("anna") as session:
        give_role(session, operator(), "victim@house.org", Role.LEAD, None)
    typed = {"email": "victim@house.org", "password": "what only I can know"}
    assert known.client().post("/signin", data=typed).status_code == 303


def test_who_comes_second_to_one_address_changes_no_password(known, monkeypatch) -> None:
    with known.database.writing("two owners") as session:
        first, second = (
            invitations.invite(session, operator(), "ben@example.com", role, None)
            for role in (Role.REVIEWER, Role.LEAD)
        )
    told = {"email": "", "name": "Ben", "address": "127.0.0.1"}
    real = invitations.hash_of

    def meanwhile(password, *about):
        monkeypatch.setattr(invitations, "hash_of", real)
        invitations.accept(known.database, first, password="the first of the two", **told)
        return real(password, *about)

    monkeypatch.setattr(invitations, "hash_of", meanwhile)
    with pytest.raises(InvitationRefused, match="in the same moment"):
        invitations.accept(known.database, second, password="the second of the two", **told)
    assert signing_in.sign_in(known.database, "ben@example.com", "the first of the two", "127.0.0.1")
    assert invitations.accept(known.database, second, password="the first of the two", **told)


@pytest.mark.parametrize(
    ("email", "role", "said"),
    [("no address", "reviewer", "is no e-mail address"), ("ben@example.com", "king", "one of the roles"),
     ("ben@example.com", "owner", "does not allow"), ("ben@example.com", "owner/nobody", "one of the roles")],
)  # fmt: skip
def test_an_invitation_that_makes_no_sense_is_said(known, email, role, said) -> None:
    answer = known.client(ANNA).post("/people/invite", data={"email": email, "role": role})
    assert answer.status_code in {403, 422}
    assert said in answer.text


def test_a_password_typed_as_an_address_is_not_kept(known) -> None:
    known.client().post("/signin", data={"email": "my secret password", "password": "x"})
    with known.database.reading() as session:
        assert "secret" not in session.scalar(select(AccountEvent)).email


def test_browsers_keep_static_files_and_nothing_else(known) -> None:
    page = known.client().get("/signin")
    assert page.headers["cache-control"] == "no-store"
    style = re.search(r"/static/style\.css\?\w+", page.text)[0]
    for address, kept in (
        (style, "public, max-age=31536000, immutable"),
        (style.partition("?")[0], "no-cache"),
        ("/static/nothing.css?1", "no-store"),
    ):
        answer = known.client().get(address)
        assert answer.headers["cache-control"] == kept
    again = known.client().get(style, headers={"If-None-Match": known.client().get(style).headers["etag"]})
    assert again.status_code == 304


def test_every_answer_carries_what_protects_it(known) -> None:
    for path in ("/signin", "/nowhere", "/static/style.css", "/api/nowhere"):
        headers = known.client().get(path).headers
        assert "script-src" not in headers["content-security-policy"]
        assert headers["content-security-policy"].startswith("default-src 'self';")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_behind_https_cookies_are_for_https_alone(make_site) -> None:
    site = make_site(public_url="https://brands.example.com")
    site.add_person(ANNA, Role.ADMINISTRATOR)
    data = {"email": ANNA, "password": "seven brown ducks on a lake"}
    browser = site.client()
    assert browser.post("/signin", data=data).status_code == 403
    answer = browser.post("/signin", data=data, headers={"Origin": "https://brands.example.com"})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-session=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= {part.strip() for part in cookie.split(";")}
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
