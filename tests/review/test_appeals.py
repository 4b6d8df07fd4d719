"""A seller objects, and somebody else than before decides."""

from datetime import timedelta

import pytest

from brand_registry.access import NotAllowed, NotThere
from review.appeals.deciding import appeal_of, decide_appeal, open_appeals
from review.appeals.filing import file_appeal, objection_of
from review.appeals.links import OPEN_FOR, path_of
from review.appeals.tables import AppealState
from review.audit.checking import verify_all
from review.decisions.deciding import undo
from review.decisions.labels import labelled_cases
from review.decisions.rules import Code
from review.decisions.tables import Announcement
from review.errors import AgainstTheRules, TooLate
from review.statements.confirmed import confirmed
from tests.review.conftest import ANNA, AT, BEN, LEA, NOBODY
from tests.review.test_statements import confirm

WHY = "These are my own shoes, bought in a shop."


@pytest.fixture
def decision(database, make_case) -> int:
    return confirm(database, make_case()).decision


@pytest.fixture
def token(database, decision) -> str:
    with database.reading() as session:
        return path_of(session, decision).removeprefix("/appeal/")


def objected(database, token, text=WHY, contact="", at=AT) -> int:
    with database.writing("the seller") as session:
        return file_appeal(session, token, text, contact, at).id


def test_an_appeal_that_holds_changes_the_decision_and_the_label(database, decision, token) -> None:
    number = objected(database, token)
    with database.writing(BEN.name) as session:
        assert [one.id for one, _, mine in open_appeals(session, BEN) if mine] == [number]
        found = decide_appeal(
            session, BEN, number, overturn=True, code=Code.RESALE, note="You may sell them.", at=AT
        )
        outcome = found.outcome_id
    with database.reading() as session:
        (label,) = labelled_cases(session)
        assert (label["decision"], label["infringing"], label["code"]) == (outcome, False, "resale")
        about = objection_of(session, token)
        assert (about.appeal.state, about.appeal.note) == (AppealState.OVERTURNED, "You may sell them.")
        assert session.query(Announcement).filter_by(decision_id=outcome).count() == 1
        with pytest.raises(NotThere):
            confirmed(session, decision)
        assert verify_all(session).decisions == 2
        assert open_appeals(session, BEN) == []
    with database.writing(BEN.name) as session, pytest.raises(TooLate, match="stands"):
        undo(session, BEN, outcome, AT)


def test_an_appeal_that_falls_leaves_the_decision_as_it_is(database, decision, token) -> None:
    number = objected(database, token)
    with database.writing(LEA.name) as session:
        decide_appeal(session, LEA, number, overturn=False, code=None, note="The name is not yours.", at=AT)
    with database.reading() as session:
        assert confirmed(session, decision).decision.id == decision
        assert [one["infringing"] for one in labelled_cases(session)] == [True]
        assert objection_of(session, token).appeal.state == AppealState.UPHELD
        assert verify_all(session).decisions == 1


def test_whoever_decided_before_does_not_decide_the_appeal(database, token) -> None:
    number = objected(database, token)
    with database.writing(ANNA.name) as session:
        assert [mine for _, _, mine in open_appeals(session, ANNA)] == [False]
        with pytest.raises(NotAllowed, match="somebody else"):
            decide_appeal(session, ANNA, number, overturn=False, code=None, note="no", at=AT)
        with pytest.raises(NotAllowed):
            appeal_of(session, NOBODY, number)


def test_an_appeal_is_decided_once(database, token) -> None:
    number = objected(database, token)
    with database.writing(BEN.name) as session:
        decide_appeal(session, BEN, number, overturn=False, code=None, note="no", at=AT)
    with database.writing(LEA.name) as session, pytest.raises(TooLate, match="before you, by ben"):
        decide_appeal(session, LEA, number, overturn=True, code=Code.RESALE, note="yes", at=AT)


@pytest.mark.parametrize(
    ("overturn", "code", "note", "told"),
    [
        (True, None, "yes", "needs a code"),
        (False, None, "  ", "say in the note"),
        (False, None, "x" * 2_001, "note"),
    ],
)
def test_an_answer_says_why(database, token, overturn, code, note, told) -> None:
    number = objected(database, token)
    with database.writing(BEN.name) as session, pytest.raises(AgainstTheRules, match=told):
        decide_appeal(session, BEN, number, overturn=overturn, code=code, note=note, at=AT)


def test_the_same_form_sent_twice_counts_once(database, token) -> None:
    assert objected(database, token) == objected(database, token, "Something quite different, and longer.")


def test_one_may_object_for_six_months(database, make_case, token) -> None:
    with database.writing("the seller") as session, pytest.raises(TooLate, match="is over"):
        file_appeal(session, token, WHY, "", AT + OPEN_FOR + timedelta(seconds=1))
    assert objected(database, token, at=AT + OPEN_FOR)


@pytest.mark.parametrize(
    ("text", "contact", "told"),
    [("too short", "", "20 to 5,000"), ("x" * 5_001, "", "20 to 5,000"), (WHY, "no address", "e-mail")],
)
def test_an_objection_that_says_too_little_is_told_of(database, token, text, contact, told) -> None:
    with pytest.raises(AgainstTheRules, match=told):
        objected(database, token, text, contact)


def test_a_link_that_we_never_signed_leads_nowhere(database, token) -> None:
    number, dot, signature = token.partition(".")
    with database.reading() as session:
        for forged in ("", "1", "x" * 300, f"{number}.{signature[:-1]}", f"2{dot}{signature}", "\ud800"):
            with pytest.raises(NotThere):
                objection_of(session, forged)
