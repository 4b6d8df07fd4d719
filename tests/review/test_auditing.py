"""The commands over reviews, and what the queue takes in that was there before it."""

import orjson
import pytest
from sqlalchemy import text

from benchmarks.quality import decisions
from review.audit.checking import verify_all
from review.decisions.deciding import decide, log_decision
from review.decisions.rules import Code, Outcome, Policy, Ruling
from review.decisions.tables import Decision
from review.queue.claiming import claim
from review.queue.tables import Queued
from storage.database import Database, _engine
from storage.migrations import migrate
from tests.review.conftest import ANNA, AT, add_case
from workers.cli import main


def test_the_command_says_whether_the_log_is_whole(database, database_url, monkeypatch, capsys) -> None:
    monkeypatch.setattr("workers.registry.opened.database_url", lambda: database_url)
    add_case(database)
    assert main(["audit", "verify"]) == 0
    out = capsys.readouterr().out
    assert "0 rows, 0 decisions" in out
    assert main(["audit", "verify", "--noted", "a" * 64]) == 1
    assert "no row of the audit log has the hash" in capsys.readouterr().err


def test_of_two_decisions_at_once_the_later_may_be_logged_first(database) -> None:
    cases = [add_case(database), add_case(database)]
    with database.writing("the test") as session:
        made = []
        for number in (1, 2):
            made.append(
                Decision(
                    case_id=cases[number - 1], stage="first", outcome="confirmed", note="n", who="a",
                    at=AT, final=True, token=str(number), seen={},
                )
            )  # fmt: skip
            session.add(made[-1])
            session.flush()
        for decision in reversed(made):
            log_decision(session, decision)
    with database.reading() as session:
        assert verify_all(session).decisions == 2


def test_cases_that_were_open_before_come_into_the_queue(empty_url) -> None:
    engine = _engine(empty_url)
    migrate(engine, "0007")
    with engine.execution_options(detector_writes=True).begin() as connection:
        for statement in (
            "INSERT INTO listings (id, source, key, content, version, seen) "
            "VALUES (1, 'demo', 'L1', '', 1, '2026-01-01 00:00:00')",
            "INSERT INTO listing_versions (id, listing_id, number, content, data, since) "
            "VALUES (1, 1, 1, '', '{}', '2026-01-01 00:00:00')",
        ):
            connection.execute(text(statement))
        for number, (state, shadow) in enumerate([("open", False), ("open", True), ("closed", False)], 1):
            connection.execute(
                text(
                    "INSERT INTO cases (id, listing_id, version_id, brand, state, shadow, risk, reasons, "
                    "qualifiers, missing, versions, opened, changed, lock) VALUES (:id, 1, 1, :brand, "
                    ":state, :shadow, 0.8, '[]', '[]', '[]', '{}', "
                    "'2026-01-01 00:00:00', '2026-01-01 00:00:00', 1)"
                ),
                {"id": number, "brand": f"b{number}", "state": state, "shadow": shadow},
            )
    engine.dispose()
    database = Database(empty_url)
    with database.reading() as session:
        (queued,) = session.query(Queued)
        assert (queued.case_id, queued.brand, queued.stage, queued.source) == (1, "b1", "first", "demo")
    database.close()


@pytest.mark.parametrize("words", [["audit"], ["audit", "mend"]])
def test_wrong_usage_is_told(words) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def test_decisions_become_labelled_cases(database, database_url, monkeypatch, tmp_path, capsys) -> None:
    monkeypatch.setattr("workers.registry.opened.database_url", lambda: database_url)
    rulings = [
        Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "misspelling", note="anna was here"),
        Ruling(Outcome.NOT_INFRINGING, code=Code.RESALE),
        Ruling(Outcome.ESCALATE, note="a lead may tell"),
    ]
    for number, ruling in enumerate(rulings):
        case = add_case(database, title=f"Acrnes shoes {number}")
        with database.writing(ANNA.name) as session:
            claim(session, ANNA, case, AT)
            decide(session, ANNA, case, ruling, seen=1, token=str(number), at=AT, chance=lambda: 1.0)
    file = tmp_path / "decisions.jsonl"
    assert main(["decisions", "export", str(file)]) == 0
    assert "2 decided cases" in capsys.readouterr().out
    assert "anna" not in file.read_text()
    first, second = map(orjson.loads, file.read_bytes().splitlines())
    assert (first["infringing"], first["policy"], first["listing"]["title"]) == (
        True,
        "trademark",
        "Acrnes shoes 0",
    )
    assert first["evidence"][0]["found"] == "Acrnes"
    assert (second["infringing"], second["code"]) == (False, "resale")
    figures = {one.name: (one.hits, one.total) for one in decisions.measure(tmp_path)}
    assert figures == {"confirmed": (1, 2), "dismissed as resale": (1, 2)}
    assert main(["decisions", "export", str(tmp_path / "no" / "d.jsonl")]) == 2
    assert main(["decisions", "export", str(file), "--after", "1"]) == 0
    assert len(file.read_bytes().splitlines()) == 1
