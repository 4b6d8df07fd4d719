"""What was put aside, and its way back to work."""

import pytest
from sqlalchemy import select, update

from workers import quarantine
from workers.cli import main
from workers.graph import claims
from workers.graph.outbox import announcing
from workers.graph.returning import CannotGoBack, put_aside, put_back
from workers.graph.tables import Item, Picture, Quarantined, Reading, Run


def all_put_back(graph, kind: str) -> int:
    with announcing(graph.database, "test") as session:
        entries = session.scalars(put_aside(numbers=None, kind=kind, run=None)).all()
        for entry in entries:
            put_back(session, entry)
        return len(entries)


def quarantined(graph) -> int:
    with graph.database.reading() as session:
        return len(session.scalars(select(Quarantined)).all())


def given_up(graph, kind, why="it crashed, three times") -> None:
    with announcing(graph.database, "test") as session:
        for row in session.scalars(select(kind)):
            claims.give_up(session, row, why)


def with_a_picture(graph) -> None:
    graph.picture("a.jpg", "ACMERA")
    graph.pull(graph.catalogue({"id": "L1", "title": "Shoes", "images": ["a.jpg"]}))


@pytest.mark.parametrize(("kind", "steps"), [(Picture, 1), (Reading, 2)])
def test_a_listing_is_judged_anew_with_a_picture_that_came_back(graph, kind, steps) -> None:
    with_a_picture(graph)
    for _ in range(steps):
        for message in graph.messages():
            graph.do(*message)
    graph.messages()
    given_up(graph, kind)
    graph.run()
    assert graph.verdicts() == {"done incomplete": 1}
    assert quarantined(graph) == 1
    assert all_put_back(graph, kind.__tablename__) == 1
    assert graph.verdicts() == {"blocked incomplete": 1}
    graph.run()
    assert graph.verdicts() == {"done flag": 1}
    assert (graph.cases(), quarantined(graph)) == (1, 0)


def test_a_listing_that_nobody_could_judge(graph) -> None:
    graph.pull(graph.catalogue({"id": "L1", "title": "Acrnera shoes", "brand": "Acrnera"}))
    for message in graph.messages():
        graph.do(*message)
    graph.messages()
    given_up(graph, Item)
    assert graph.verdicts() == {"quarantined None": 1}
    assert all_put_back(graph, "items") == 1
    graph.run()
    assert (graph.verdicts(), graph.cases(), quarantined(graph)) == ({"done flag": 1}, 1, 0)


def test_a_pull_goes_on_unless_another_one_does(graph) -> None:
    file = graph.catalogue({"id": "L1", "title": "Shoes"})
    graph.pull(file)
    graph.messages()
    given_up(graph, Run)
    second = graph.pull(file)
    with pytest.raises(CannotGoBack, match="pulled already"):
        all_put_back(graph, "runs")
    with graph.database.writing("test") as session:
        session.execute(update(Run).where(Run.id == second).values(state="done"))
    graph.messages()
    assert all_put_back(graph, "runs") == 1
    graph.run()
    assert graph.verdicts() == {"done clear": 1}


def test_the_command(graph, monkeypatch, capsys) -> None:
    monkeypatch.setattr(quarantine, "database_url", lambda: graph.database.engine.url.render_as_string(False))
    with_a_picture(graph)
    file = graph.catalogue({"id": "L2"}, name="bad.jsonl")
    graph.pull(file)
    for message in graph.messages():
        graph.do(*message)
    graph.messages()
    given_up(graph, Picture, why="it \x1b[31mcrashed")
    graph.run()
    assert main(["quarantine", "list"]) == 0
    said = capsys.readouterr().out
    assert "picture 1" in said
    assert "title is missing" in said
    assert "\x1b" not in said
    assert main(["quarantine", "list", "--kind", "row", "--json"]) == 0
    assert '"raw":"{\\"id\\": \\"L2\\"}' in capsys.readouterr().out
    assert main(["quarantine", "back"]) == 2
    assert main(["quarantine", "back", "999"]) == 2
    assert "nothing is put aside under 999" in capsys.readouterr().err
    assert main(["quarantine", "back", "--all"]) == 1
    said = capsys.readouterr()
    assert "1 put back, 1 not" in said.out
    assert "mend it where it comes from" in said.err
    graph.run()
    assert graph.verdicts() == {"done flag": 1}
    assert quarantined(graph) == 1
