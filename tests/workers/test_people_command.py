"""`detector owners` and `detector people`, in the process of the test."""

import io

import pytest
from sqlalchemy import select

from brand_registry.access import operator
from brand_registry.identity.errors import SignInRefused
from brand_registry.identity.invitations import accept, invite
from brand_registry.identity.signing_in import sign_in
from brand_registry.people import Owner, Role
from storage.database import Database, database_url
from storage.settings import settings
from workers.cli import main

PASSWORD = "correct horse battery"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path))
    settings.cache_clear()

    def ran(words, typed=PASSWORD, status=0):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed + "\n"))
        assert main(words.split()) == status
        said = capsys.readouterr()
        return said.out + said.err

    yield ran
    settings.cache_clear()


ANNA = "people add Anna@example.org --name Anna --role administrator"


def test_whom_an_operator_adds_can_sign_in(run) -> None:
    assert "anna@example.org may sign in now" in run(ANNA)
    database = Database(database_url())
    assert sign_in(database, "anna@example.org", PASSWORD, "127.0.0.1")
    assert "has a new password" in run("people password anna@example.org", typed="another horse battery")
    assert sign_in(database, "anna@example.org", "another horse battery", "127.0.0.1")
    database.close()


def test_roles_are_given_and_taken(run) -> None:
    run(ANNA)
    assert "globex is an owner now" in run("owners add Globex Globex")
    assert "not verified" in run("owners list")
    run("people add bob@example.org --name Bob --role brand_manager --owner globex")
    assert "brand_manager of globex" in run("people list")
    assert "is owner of globex" in run("people role bob@example.org owner --owner globex")
    run("people role bob@example.org brand_manager --owner globex --take")
    assert "owner of globex" in run("people list --words bob")
    assert "brand_manager" not in run("people list")
    run("people leave bob@example.org")
    assert "has left" in run("people list")


def test_whom_an_owner_let_in_needs_a_new_password_for_more(run) -> None:
    run(ANNA)
    run("owners add globex Globex")
    database = Database(database_url())
    with database.writing("globex") as session:
        globex = session.scalar(select(Owner.id).where(Owner.key == "globex"))
        token = invite(session, operator(), "bob@example.org", Role.BRAND_MANAGER, globex)
    accept(database, token, email="", name="Bob", password=PASSWORD, address="127.0.0.1")
    assert "password" not in run("people role bob@example.org owner --owner globex")
    assert "people password bob@example.org" in run("people role bob@example.org reviewer")
    with pytest.raises(SignInRefused):
        sign_in(database, "bob@example.org", PASSWORD, "127.0.0.1")
    run("people password bob@example.org", typed="another horse battery")
    assert "password" not in run("people role bob@example.org lead")
    database.close()


WRONG = [
    (ANNA, PASSWORD, "there is a person anna@example.org already"),
    ("people add nobody --name x --role reviewer", PASSWORD, "is no address such as"),
    ("people add b@example.org --name x --role reviewer", "short", "needs 12 characters"),
    ("people add b@example.org --name x --role owner", PASSWORD, "held for one owner; name it with --owner"),
    ("people add b@example.org --name x --role lead --owner house", PASSWORD, "for the whole house"),
    ("people role anna@example.org administrator --take", PASSWORD, "this is the last administrator"),
    ("people leave anna@example.org", PASSWORD, "this is the last administrator"),
    ("owners add house House", PASSWORD, "there is an owner with the key house already"),
    ("owners add a/b Slash", PASSWORD, "a key stands in addresses"),
]


NAMES_NOTHING = [
    ("people add b@example.org --name x --role owner --owner nope", "there is no owner 'nope'"),
    ("people password nobody@example.org", "there is nobody with the address"),
]


@pytest.mark.parametrize(
    ("words", "typed", "said", "status"),
    [(*one, 1) for one in WRONG] + [(words, PASSWORD, said, 2) for words, said in NAMES_NOTHING],
)
def test_what_can_not_be_done_is_told_and_changes_nothing(run, words, typed, said, status) -> None:
    run(ANNA)
    before = run("people list"), run("owners list")
    assert said in run(words, typed=typed, status=status)
    assert (run("people list"), run("owners list")) == before
