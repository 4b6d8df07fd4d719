"""`detector audit verify`, and what the queue takes in that was there before it."""

import pytest
from sqlalchemy import text

from review.queue.tables import Queued
from storage.database import Database, _engine
from storage.migrations import migrate
from tests.review.conftest import add_case
from workers.cli import main


def test_the_command_says_whether_the_log_is_whole(database, database_url, monkeypatch, capsys) -> None:
    monkeypatch.setattr("workers.registry.opened.database_url", lambda: database_url)
    add_case(database)
    assert main(["audit", "verify"]) == 0
    out = capsys.readouterr().out
    assert "0 rows, 0 decisions" in out
    assert main(["audit", "verify", "--noted", "a" * 64]) == 1
    assert "no row of the audit log has the hash" in capsys.readouterr().err


def test_cases_that_were_open_before_come_into_the_queue(database_url) -> None:
    engine = _engine(database_url)
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
    database = Database(database_url)
    with database.reading() as session:
        (queued,) = session.query(Queued)
        assert (queued.case_id, queued.brand, queued.stage, queued.source) == (1, "b1", "first", "demo")
    database.close()


@pytest.mark.parametrize("words", [["audit"], ["audit", "mend"]])
def test_wrong_usage_is_told(words) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
