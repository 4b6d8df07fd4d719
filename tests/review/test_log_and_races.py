"""Every act stands in a log that nobody can change; of what happens in one moment one thing holds."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from brand_registry.access import NotAllowed, Viewer
from review.audit.checking import verify_all
from review.audit.log import Tampered, verify
from review.audit.tables import Logged
from review.decisions.deciding import Said, decide, undo
from review.decisions.tables import Announcement, Decision
from review.errors import TooLate
from review.queue.claiming import claim
from review.queue.passing import skip
from review.tables import Case
from tests.review.conftest import ANNA, AT, BEN, FOUND, judge_again, result
from tests.review.desk import CONFIRMED, RESALE, never


def test_every_act_stands_in_the_log(desk, make_case) -> None:
    case = make_case()
    desk.next(ANNA)
    desk.do(skip, ANNA, case)
    said = desk.take_and_decide(BEN, case)
    desk.do(undo, BEN, said.decision)
    with desk.database.reading() as session:
        rows = session.scalars(select(Logged).order_by(Logged.number))
        assert [(one.who[:3], one.did) for one in rows] == [
            ("ann", "took"), ("ann", "skipped"), ("ben", "took"), ("ben", "decided"), ("ben", "decided"),
        ]  # fmt: skip
        assert verify(session).rows == 5


@pytest.mark.parametrize("table", ["audit_log", "decisions"])
@pytest.mark.parametrize("change", ["UPDATE {} SET who = 'x'", "DELETE FROM {}"])
def test_what_was_written_cannot_be_changed(desk, make_case, table, change) -> None:
    desk.take_and_decide(ANNA, make_case())
    with pytest.raises(DBAPIError, match="only ever added to"), desk.database.writing("mallory") as session:
        session.execute(text(change.format(table)))


def _without_triggers(database, table="audit_log") -> list[str]:
    if database.engine.dialect.name == "sqlite":
        return [f"DROP TRIGGER {table}_no_{deed}" for deed in ("update", "delete")]
    return [f"DROP TRIGGER {table}_no_change ON {table}"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE audit_log SET who = 'x' WHERE number = 2", "row 2 of the audit log"),
        ("UPDATE audit_log SET what = '{}' WHERE number = 4", "row 4 of the audit log"),
        ("DELETE FROM audit_log WHERE number = 3", "lacks row 3"),
        ("DELETE FROM audit_log WHERE number = 4", "ends with row 3, and 4 were written"),
        ("UPDATE audit_log SET number = 9 WHERE number = 4", "lacks row 4"),
    ],
)
def test_a_log_that_was_tampered_with_is_found(desk, make_case, change, said) -> None:
    for _ in range(2):
        desk.take_and_decide(ANNA, make_case())
    with desk.database.writing("mallory") as session:
        for statement in (*_without_triggers(desk.database), change):
            session.execute(text(statement))
    with desk.database.reading() as session, pytest.raises(Tampered, match=said):
        verify(session)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "UPDATE decisions SET outcome = 'not_infringing' WHERE id = 2",
            "decision 2 is not as it was logged",
        ),
        ("DELETE FROM decisions WHERE id = 2", "decision 2 stands in the audit log and is not there"),
        ("UPDATE decisions SET at = '2026-05-04 10:00:00+00:00' WHERE id = 1", "decision 1 is not as"),
    ],
)
def test_a_decision_that_was_tampered_with_is_found(desk, make_case, change, said) -> None:
    for _ in range(2):
        desk.take_and_decide(ANNA, make_case())
    with desk.database.reading() as session:
        assert verify_all(session).decisions == 2
    with desk.database.writing("mallory") as session:
        for table in ("announcements", "outcomes"):
            session.execute(text(f"DELETE FROM {table}"))
        for statement in (*_without_triggers(desk.database, "decisions"), change):
            session.execute(text(statement))
    with desk.database.reading() as session, pytest.raises(Tampered, match=said):
        verify_all(session)


def test_a_log_that_was_written_anew_is_found_by_what_was_noted(desk, make_case) -> None:
    desk.take_and_decide(ANNA, make_case())
    with desk.database.reading() as session:
        noted = verify(session).hash
    desk.take_and_decide(ANNA, make_case())
    with desk.database.reading() as session:
        assert verify(session, noted).rows == 4
        with pytest.raises(Tampered, match="written anew"):
            verify(session, "f" * 64)


def _at_once(acts) -> list[object]:
    """What came of them, done in the same moment."""
    gate, came = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act) -> None:
        gate.wait()
        try:
            came[number] = act()
        except (TooLate, NotAllowed) as error:
            came[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_no_case_is_handed_out_twice(desk, make_case) -> None:
    cases = {make_case() for _ in range(20)}
    people = [Viewer(f"{number}@example.com", ANNA.held) for number in range(8)]

    def work(viewer):
        mine = []
        while (case := desk.next(viewer)) is not None:
            mine.append(case)
            desk.decide(viewer, case)
        return mine

    came = _at_once([lambda viewer=viewer: work(viewer) for viewer in people])
    got = [case for mine in came for case in mine]
    assert sorted(got) == sorted(cases)
    with desk.database.reading() as session:
        assert verify(session).rows == 40


def test_of_two_in_the_same_moment_one_decides(desk, make_case) -> None:
    for _ in range(5):
        case = make_case()
        desk.next(ANNA)
        came = _at_once(
            [lambda case=case: desk.decide(ANNA, case), lambda case=case: desk.decide(ANNA, case, RESALE)]
        )
        assert sorted(type(one).__name__ for one in came) == ["Said", "TooLate"]
    assert desk.count(Decision) == 5


def test_a_decision_and_more_evidence_in_the_same_moment(desk, make_case, database) -> None:
    for _ in range(5):
        case = make_case()
        desk.do(claim, ANNA, case)
        more = result()
        more["cases"][0]["evidence"].append(FOUND | {"where": "description", "score": 0.9})
        came = _at_once(
            [
                lambda case=case: desk.decide(ANNA, case, seen=1),
                lambda case=case, more=more: judge_again(database, case, more),
            ]
        )
        with database.reading() as session:
            listing = session.get_one(Case, case).listing_id
            found = session.query(Case).filter_by(listing_id=listing).order_by(Case.id).all()
            # Decided first, the new evidence opens a new case; else the decision is refused.
            assert [one.state for one in found] == (
                ["closed", "open"] if isinstance(came[0], Said) else ["open"]
            )
            assert len(found[-1].evidence) == 2
        if not isinstance(came[0], Said):
            desk.decide(ANNA, case)


def test_a_lost_transaction_leaves_nothing_half_done(desk, make_case) -> None:
    case = make_case()
    desk.do(claim, ANNA, case)

    def lost() -> None:
        with desk.database.writing(ANNA.name) as session:
            decide(
                session,
                ANNA,
                case,
                CONFIRMED,
                seen=1,
                token="form",
                at=AT + timedelta(seconds=1),
                chance=never,
            )
            raise ConnectionError

    with pytest.raises(ConnectionError):
        lost()
    assert (desk.state(case), desk.stage(case), desk.count(Decision), desk.count(Announcement)) == (
        "open",
        "first",
        0,
        0,
    )
    assert desk.decide(ANNA, case, token="form").again is False
