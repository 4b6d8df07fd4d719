"""The words of people and listings lie beside the decisions and the log, which have hashes of them alone."""

import orjson
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from review.audit.checking import verify_all
from review.audit.log import Tampered
from review.audit.tables import Logged
from review.decisions.replaying import seen_by
from review.decisions.rules import Outcome, Policy, Ruling
from review.decisions.tables import Decision, DecisionNote, DecisionQuotes
from review.queue.claiming import claim
from review.queue.passing import send_back
from review.queue.tables import Queued
from storage.blobs import Blobs
from tests.review.conftest import AT, LEA, add_case
from tests.review.retained import LONG_AFTER, SECRET, decided
from workers.erasing import erase


def test_a_note_lies_beside_and_is_checked(database) -> None:
    case = decided(database)
    with database.writing(LEA.name) as session:
        place = session.get_one(Queued, case)
        place.stage = "lead"
        session.execute(text("UPDATE cases SET state = 'open'"))
    with database.reading() as session:
        assert SECRET not in "".join(session.scalars(select(Logged.what)))
        assert SECRET not in session.scalars(select(Decision.noted)).one()
    with database.writing("the test") as session:
        session.execute(update(DecisionNote).values(text="something else"))
    with database.reading() as session, pytest.raises(Tampered, match="words beside decision 1 are not as"):
        verify_all(session)


def test_what_was_quoted_of_a_listing_lies_beside_and_is_checked(database, tmp_path) -> None:
    decided(database)
    with database.reading() as session:
        decision = session.scalars(select(Decision)).one()
        assert decision.seen["qualifiers"][0]["found"] == SECRET
        assert SECRET in decision.seen["missing"][0]["why"]
        assert SECRET not in repr(decision.shown)
        said = decision.quotes.text
    with database.writing("the test") as session:
        session.execute(update(DecisionQuotes).values(text=orjson.dumps({"qualifiers": []}).decode()))
    with database.reading() as session, pytest.raises(Tampered, match="words beside decision 1 are not as"):
        verify_all(session)
    with database.writing("the test") as session:
        session.execute(update(DecisionQuotes).values(text=said))
    erase(database, Blobs(tmp_path), LONG_AFTER)
    with database.reading() as session:
        seen = seen_by(session, 1)
        assert seen.logged
        assert seen.told["qualifiers"] == [{"kind": "genuine_resale", "where": "description"}]
        assert seen.told["missing"] == [{"where": "image:0"}]
        assert verify_all(session).decisions == 1


def test_notes_of_older_decisions_are_read_as_they_are(database) -> None:
    decided(database, Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "misspelling"))
    older = Decision(noted="written before notes lay beside")
    assert older.note == "written before notes lay beside"
    with database.writing("the test") as session, pytest.raises(DBAPIError, match="only ever added to"):
        session.execute(update(Decision).values(noted="changed"))


def test_what_is_sent_back_leaves_no_words_in_the_log(database) -> None:
    case = add_case(database)
    with database.writing(LEA.name) as session:
        session.get_one(Queued, case).stage = "lead"
        session.flush()
        claim(session, LEA, case, AT)
        send_back(session, LEA, case, SECRET, AT)
    with database.reading() as session:
        assert session.get_one(Queued, case).note == SECRET
        assert "Wanda" not in "".join(session.scalars(select(Logged.what)))
