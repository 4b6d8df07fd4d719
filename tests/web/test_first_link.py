"""How the first administrator comes in, and that no log holds the way."""

import re
import sys

import pytest

from brand_registry.people import Person
from storage.settings import settings
from workers import serve

HERE = "http://127.0.0.1:8000"


@pytest.mark.parametrize(("terminal", "asked"), [(True, False), (False, True), (False, False)])
def test_the_link_is_shown_to_a_terminal_or_where_it_is_asked_for(
    database, capsys, monkeypatch, terminal, asked
) -> None:
    monkeypatch.setattr(settings(), "first_link", asked)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    serve._tell_first(database, HERE)
    said = capsys.readouterr().out
    assert bool(re.search(rf"{HERE}/invitation/\S+", said)) is (terminal or asked)
    assert ("detector people add" in said) is not (terminal or asked)


def test_where_somebody_is_nothing_is_said(database, capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with database.writing("test") as session:
        session.add(Person(email="anna@example.com", name="Anna", roles=[]))
    serve._tell_first(database, HERE)
    assert capsys.readouterr().out == ""
