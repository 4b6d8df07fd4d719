"""Cases whose answer is known: mixed in to measure, and to learn by."""

import pytest
from sqlalchemy.event import listen

from brand_registry.access import NotAllowed, NotThere, Viewer
from brand_registry.people import Role
from review.audit.checking import verify_all
from review.decisions.deciding import decide, undo
from review.decisions.rules import Code, Outcome, Policy, Ruling
from review.decisions.tables import Decision
from review.errors import AgainstTheRules
from review.queue.claiming import claim
from review.queue.tables import Queued
from review.tables import Case
from review.training.exercising import answer, answered, given_of, make_gold, mix_in, no_gold, train
from review.training.scores import scores
from review.training.tables import Kind
from storage.database import Database
from tests.review.conftest import ANNA, AT, BEN, LEA, add_case
from tests.sqlite import migrated_sqlite

CONFIRMED = Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "misspelling")
RESALE = Ruling(Outcome.NOT_INFRINGING, code=Code.RESALE)


def do(database, what, viewer, *arguments, **more):
    with database.writing(viewer.name) as session:
        session.expire_on_commit = False
        return what(session, viewer, *arguments, **more)


def decided(database, viewer=ANNA, ruling=CONFIRMED) -> int:
    case = add_case(database)
    do(database, claim, viewer, case, AT)
    do(database, decide, viewer, case, ruling, seen=1, token=f"t{case}", at=AT, chance=lambda: 1.0)
    return case


def say(database, viewer, case, ruling):
    def said(session, viewer):
        return answer(session, viewer, given_of(session, viewer, case), ruling, AT)

    return do(database, said, viewer)


def test_a_gold_case_is_mixed_in_scored_and_changes_nothing(database) -> None:
    case = decided(database)
    do(database, make_gold, LEA, case, AT)
    assert do(database, mix_in, BEN, AT, share=0.04, chance=lambda: 0.5) is None
    assert do(database, mix_in, ANNA, AT, share=0.04, chance=lambda: 0.0) is None, "it is her own"
    given = do(database, mix_in, BEN, AT, share=0.04, chance=lambda: 0.0)
    assert (given.case_id, given.kind) == (case, Kind.GOLD)
    assert do(database, mix_in, BEN, AT, share=0.0).id == given.id, "what was given waits"
    with pytest.raises(AgainstTheRules, match="needs a code"):
        say(database, BEN, case, Ruling(Outcome.NOT_INFRINGING))
    assert say(database, BEN, case, RESALE).agrees is False
    assert do(database, mix_in, BEN, AT, share=1.0) is None, "nobody answers one twice"
    with database.reading() as session:
        assert session.query(Decision).count() == 1
        assert (session.get_one(Case, case).state, session.get_one(Queued, case).stage) == ("closed", "done")
        assert [(one.who, one.kind, one.answered, one.agreed) for one in scores(session)] == [
            (BEN.name, "gold", 1, 0)
        ]
        assert verify_all(session).decisions == 1


def test_newcomers_work_through_decided_cases_and_see_where_they_differ(database) -> None:
    first, second = decided(database), decided(database, ruling=RESALE)
    gold = decided(database)
    do(database, make_gold, LEA, gold, AT)
    came = {}
    for _ in range(2):
        case = do(database, train, BEN, AT).case_id
        assert do(database, train, BEN, AT).case_id == case
        came[case] = say(database, BEN, case, CONFIRMED).agrees
    assert came == {first: True, second: False}
    assert do(database, train, BEN, AT) is None
    with database.reading() as session:
        assert {one.case_id for one in answered(session, BEN, Kind.TRAINING)} == {first, second}


def test_nobody_learns_by_a_case_of_their_own_brand(database) -> None:
    case = decided(database)
    with database.writing("the test") as session:
        session.get_one(Queued, case).owner_id = 7
    own = Viewer("olga@example.com", frozenset({(Role.REVIEWER, None), (Role.OWNER, 7)}))
    assert do(database, train, own, AT) is None


def test_only_what_is_decided_can_be_gold(database) -> None:
    case = add_case(database)
    with pytest.raises(AgainstTheRules, match="an answer that is known"):
        do(database, make_gold, LEA, case, AT)
    for act in (make_gold, no_gold):
        with pytest.raises(NotAllowed):
            do(database, act, ANNA, case, AT)


def test_what_is_no_longer_gold_or_was_taken_back_is_given_to_nobody(database) -> None:
    case, other = decided(database), decided(database)
    for one in (case, other):
        do(database, make_gold, LEA, one, AT)
    do(database, no_gold, LEA, case, AT)
    do(database, undo, ANNA, 2, AT)
    assert do(database, mix_in, BEN, AT, share=1.0) is None


def test_strangers_answer_nothing(database) -> None:
    case = decided(database)
    given = do(database, train, BEN, AT)
    with pytest.raises(NotThere):
        do(database, answer, LEA, given, CONFIRMED, AT)
    olga = Viewer("olga@example.com", frozenset({(Role.OWNER, 1)}))
    for act in (lambda: do(database, train, olga, AT), lambda: do(database, mix_in, olga, AT, share=1.0)):
        with pytest.raises(NotAllowed):
            act()
    assert given.case_id == case


@pytest.mark.parametrize(("ask", "first"), [(mix_in, "gold_cases"), (train, "decisions")])
def test_what_is_asked_does_not_begin_with_all_that_are_decided(tmp_path, ask, first) -> None:
    """In SQLite: PostgreSQL's plan of a few rows says nothing of many."""
    database = Database(migrated_sqlite(tmp_path))
    asked: list[tuple[str, tuple]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many) -> None:
        asked.append((statement, parameters))

    more = {"share": 1.0} if ask is mix_in else {}
    listen(database.engine, "before_cursor_execute", note)
    do(database, ask, BEN, AT, **more)
    [(statement, parameters)] = [one for one in asked if f"\nFROM {first}" in one[0] and "LIMIT" in one[0]]
    with database.reading() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    database.close()
    assert [step.detail for step in plan if step.detail.startswith(("SCAN", "USE"))] == [f"SCAN {first}"]
