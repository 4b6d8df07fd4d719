"""What has been kept for long enough is erased, what is held is not, and the audit log stays whole."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update

from brand_registry.access import NotAllowed, NotThere, operator
from review.appeals.filing import file_appeal
from review.appeals.links import path_of
from review.audit.checking import verify_all
from review.audit.tables import Logged
from review.cases import open_cases
from review.decisions.labels import labelled_cases
from review.decisions.replaying import seen_by
from review.decisions.tables import Decision
from review.errors import AgainstTheRules
from review.groups.tables import Tie
from review.notices.complete import Given
from review.notices.filing import file_notice
from review.notices.tables import Notice, NoticeState
from review.queue.tables import Queued
from review.retention.erasing import ERASED, Erased
from review.retention.holding import hold, lift
from review.retention.running import Asked, count_due, erase_asked, erase_due
from review.retention.tables import Erasure, Scope
from review.tables import Case, CaseEvidence, Listing, ListingVersion, Pulled
from review.training.exercising import make_gold, mix_in, train
from review.training.tables import Gold
from storage.blobs import Blobs
from tests.review.conftest import ANNA, AT, BEN, LEA, add_case, judged, result
from tests.review.retained import LONG_AFTER, SECRET, decided, everything
from workers.cli import main
from workers.erasing import erase


@pytest.fixture
def blobs(tmp_path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def test_what_was_decided_long_ago_is_erased_and_the_log_stays_whole(database, blobs) -> None:
    case = decided(database)
    with database.reading() as session:
        before = verify_all(session)
        assert session.scalars(select(Decision)).one().note == SECRET
    assert not erase(database, blobs, AT + timedelta(days=729))
    assert SECRET in everything(database)
    assert erase(database, blobs, LONG_AFTER) == Erased(listings=1, cases=1)
    said = everything(database)
    assert "Wanda" not in said
    assert "1234567" not in said
    with database.reading() as session:
        after = verify_all(session, noted=before.hash)
        assert after.decisions == 1
        decision = session.scalars(select(Decision)).one()
        assert (decision.outcome, decision.who, decision.note) == ("confirmed", ANNA.name, "")
        assert seen_by(session, decision.id).logged
        logged = session.scalars(select(Logged.did).where(Logged.case_id == case).order_by(Logged.number))
        assert list(logged) == ["took", "decided", "erased"]
        assert session.scalars(select(Erasure)).one().cases == 1
        assert session.scalars(select(Tie)).all() == []
        assert session.get_one(Case, case).missing == []
        assert {one.what.get("found") for one in session.scalars(select(CaseEvidence))} == {None}
    assert not erase(database, blobs, LONG_AFTER), "it is erased once"


def test_what_was_decided_is_not_asked_again_where_the_same_is_found(database, blobs) -> None:
    case = decided(database)
    erase(database, blobs, LONG_AFTER)
    with database.writing("the test") as session:
        row = session.get_one(Case, case)
        assert open_cases(session, judged(row.listing_id, row.version_id, result())) == []


def test_what_was_erased_is_no_question_and_no_label(database, blobs) -> None:
    gold, other = decided(database), decided(database)
    with database.writing(LEA.name) as session:
        make_gold(session, LEA, gold, AT)
        assert mix_in(session, BEN, AT, share=1.0).case_id == gold
        assert train(session, BEN, AT).case_id == other
        assert len(list(labelled_cases(session))) == 2
    assert erase(database, blobs, LONG_AFTER).cases == 2
    with database.writing(LEA.name) as session:
        assert mix_in(session, BEN, AT, share=1.0) is None
        assert train(session, BEN, AT) is None
        assert session.scalars(select(Gold)).all() == []
        assert list(labelled_cases(session)) == []
        with pytest.raises(AgainstTheRules, match="not erased"):
            make_gold(session, LEA, gold, AT)


@pytest.mark.parametrize("why", ["open", "seen", "appeal", "lately"])
def test_what_somebody_may_still_need_is_kept(database, blobs, why) -> None:
    case = add_case(database) if why == "open" else decided(database)
    at = LONG_AFTER
    with database.writing("the test") as session:
        if why == "seen":
            session.execute(update(Listing).values(seen=LONG_AFTER))
        if why == "appeal":
            number = session.scalars(select(Decision.id)).one()
            token = path_of(session, number).rpartition("/")[2]
            file_appeal(session, token, "These are my own shoes, honestly.", "", AT + timedelta(days=3))
        if why == "lately":
            session.execute(update(Listing).values(seen=AT - timedelta(days=900)))
            at = AT + timedelta(days=700)
    assert not erase(database, blobs, at)
    with database.reading() as session:
        assert session.get_one(Case, case).version.erased is None


@pytest.mark.parametrize("scope", list(Scope))
def test_a_hold_stops_the_rule_and_the_request(database, blobs, scope) -> None:
    case, other = decided(database), decided(database, seller={"id": "x", "name": "Xaver"})
    value = {Scope.CASE: str(case), Scope.SELLER: str(case), Scope.BRAND: "acme", Scope.EVERYTHING: ""}[scope]
    with database.writing("the test") as session:
        kept = hold(session, operator(), scope, value, why="Acme v. Wanda", at=AT).id
        key = session.get_one(Case, case).listing.key
    everybody = scope in {Scope.BRAND, Scope.EVERYTHING}
    assert erase(database, blobs, LONG_AFTER).listings == (0 if everybody else 1)
    with database.writing("the test") as session:
        asked = Asked(source="demo", key=key)
        if scope is Scope.EVERYTHING:
            with pytest.raises(AgainstTheRules, match="everything is held"):
                erase_asked(session, operator(), asked, LONG_AFTER)
        else:
            answered = erase_asked(session, operator(), asked, LONG_AFTER)
            assert (answered.erased.listings, answered.kept) == (0, 1)
    with database.reading() as session:
        assert session.get_one(Case, case).version.erased is None
        assert (session.get_one(Case, other).version.erased is None) == everybody
    with database.writing("the test") as session:
        lift(session, operator(), kept, AT)
    assert erase(database, blobs, LONG_AFTER).listings == (2 if everybody else 1)
    with database.reading() as session:
        verify_all(session)


def test_a_hold_on_a_seller_keeps_what_has_no_place_in_the_queue(database, blobs) -> None:
    case, other = decided(database), decided(database, seller={"id": "x"})
    with database.writing("the test") as session:
        seller = session.get_one(Queued, case).seller
        hold(session, operator(), Scope.SELLER, str(case), why="a suit", at=AT)
        for key, whose in (("theirs", seller), ("another's", "0" * 64), ("nobody's", None)):
            row = Listing(source="demo", key=key, content="1", version=1, seen=AT, seller=whose)
            session.add(row)
            session.flush()
            session.add(ListingVersion(listing_id=row.id, number=1, content="1", data='{"id":"1"}', since=AT))
        # In shadow, it never had a place.
        session.execute(delete(Queued).where(Queued.case_id == case))
        session.execute(update(Case).where(Case.id == case).values(shadow=True))
        session.execute(
            update(Listing).where(Listing.id == session.get_one(Case, case).listing_id).values(seller=seller)
        )
    assert erase(database, blobs, LONG_AFTER) == Erased(listings=3, cases=1)
    with database.reading() as session:
        assert session.get_one(Case, case).version.erased is None
        assert session.get_one(Case, other).version.erased is not None
        assert "theirs" in session.scalars(select(Listing.key)).all()


@pytest.mark.parametrize(
    ("began", "whole", "gone"),
    [
        (None, None, True),
        (LONG_AFTER, None, False),
        (LONG_AFTER, AT - timedelta(days=1), False),
        (LONG_AFTER, AT, False),
        (LONG_AFTER, AT + timedelta(days=1), True),
        # It is not pulled any more: nobody says that the listing is there.
        (AT + timedelta(hours=12), None, True),
    ],
)
def test_a_listing_that_did_not_change_is_not_forgotten(database, blobs, began, whole, gone) -> None:
    case = decided(database)
    with database.writing("the test") as session:
        if began:
            session.add(Pulled(source="demo", began=began, whole=whole))
            session.add(Pulled(source="another", began=LONG_AFTER, whole=LONG_AFTER))
    assert erase(database, blobs, LONG_AFTER).listings == int(gone)
    with database.reading() as session:
        assert (session.get_one(Case, case).version.erased is not None) == gone


@pytest.mark.parametrize("by", ["rule", "request"])
def test_a_hold_that_comes_in_between_is_heeded(database, blobs, by) -> None:
    case = decided(database)
    with database.reading() as session:
        listing = session.get_one(Case, case).listing_id
        key = session.get_one(Listing, listing).key
    came: list[int] = []

    def run() -> None:
        with database.writing("the test") as session:
            if by == "rule":
                came.append(erase_due(session, LONG_AFTER).listings)
            else:
                asked = erase_asked(session, operator(), Asked(source="demo", key=key), LONG_AFTER)
                came.append(asked.erased.listings)

    with database.writing("the test") as session:
        session.execute(select(Listing.id).where(Listing.id == listing).with_for_update())
        (erasing := threading.Thread(target=run)).start()
        if database.engine.dialect.name == "postgresql":
            wait_for(lambda: blocked(database))
        hold(session, operator(), Scope.CASE, str(case), why="a suit", at=AT)
    erasing.join()
    assert came == [0]
    with database.reading() as session:
        assert session.get_one(Case, case).version.erased is None


def blocked(database) -> bool:
    """Whether somebody waits for a row that another has locked."""
    with database.reading() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def wait_for(condition, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def test_a_hold_says_what_and_why(database) -> None:
    case = decided(database, seller=None)
    with database.writing("the test") as session:
        for scope, value, why, said in (
            (Scope.CASE, "999", "a suit", "there is no case '999'"),
            (Scope.CASE, "x' OR 1", "a suit", "there is no case"),
            (Scope.BRAND, "nobody", "a suit", "no case of the brand"),
            (Scope.SELLER, str(case), "a suit", "does not say who sells"),
            (Scope.CASE, str(case), "  ", "say why"),
        ):
            with pytest.raises((AgainstTheRules, NotThere), match=said):
                hold(session, operator(), scope, value, why=why, at=AT)
        with pytest.raises(NotAllowed):
            hold(session, LEA, Scope.CASE, str(case), why="a suit", at=AT)
        with pytest.raises(NotThere):
            lift(session, operator(), 7, AT)


def test_whoever_gave_notice_or_objected_is_erased_on_request(database) -> None:
    decided(database)
    given = Given(
        where="https://shop.example/9", brand="nobody", policy="trademark", name="Nora", good_faith=True,
        explanation="It is a fake of ours, truly it is.", email="Nora@x.example",
    )  # fmt: skip
    with database.writing("the test") as session:
        file_notice(session, given, None, AT)
        number = session.scalars(select(Decision.id)).one()
        token = path_of(session, number).rpartition("/")[2]
        file_appeal(session, token, "These are my own shoes, honestly.", "nora@x.example", AT)
    with database.writing("the test") as session:
        answered = erase_asked(session, operator(), Asked(email="nora@x.example"), AT)
        assert (answered.erased.notices, answered.erased.appeals) == (1, 0), "the objection waits"
    with database.writing("the test") as session:
        session.execute(text("UPDATE appeals SET state = 'upheld', note = 'no, Nora'"))
        assert erase_asked(session, operator(), Asked(email="nora@x.example"), AT).erased.appeals == 1
    with database.reading() as session:
        assert session.scalars(select(Notice.explanation)).all() == [ERASED]
        verify_all(session)
    assert "Nora" not in everything(database)
    assert "nora" not in everything(database)


@pytest.mark.parametrize("by", ["seller", "listing"])
def test_a_seller_or_a_listing_is_erased_on_request(database, by) -> None:
    case, other = decided(database), decided(database, seller={"id": "w2", "name": "not Wanda"})
    waits = add_case(database, seller={"id": "w1"})
    with database.writing("the test") as session:
        key = session.get_one(Case, case).listing.key
        asked = Asked(marketplace="demo", seller="w1") if by == "seller" else Asked(source="demo", key=key)
        answered = erase_asked(session, operator(), asked, AT)
        assert answered.erased.listings == 1
        assert answered.kept == (1 if by == "seller" else 0)
    with database.reading() as session:
        assert session.get_one(Queued, case).title == ERASED
        for kept in (other, waits):
            assert session.get_one(Case, kept).version.erased is None
        assert "w1" not in "".join(session.scalars(select(Logged.what)))


def test_what_a_notice_said_goes_out_of_its_case_too(database) -> None:
    case = add_case(database)
    with database.writing("the test") as session:
        row = session.get_one(Case, case)
        for email in ("nora@x.example", "olga@x.example"):
            notice = Notice(
                name="N", email=email, where="https://shop.example/9", brand="acme", policy="trademark",
                explanation=f"I am {email}.", filed=AT, state=NoticeState.OPEN, case_id=case,
            )  # fmt: skip
            session.add(notice)
            session.flush()
            what = {
                "kind": "notice", "where": notice.place, "found": "trademark", "detail": notice.explanation,
            }  # fmt: skip
            row.evidence.append(
                CaseEvidence(
                    key=str(notice.id), kind="notice", score=0.5, what=what, versions={},
                    first_id=row.version_id, last_id=row.version_id, since=AT,
                )
            )  # fmt: skip
    with database.writing("the test") as session:
        assert erase_asked(session, operator(), Asked(email="nora@x.example"), AT).erased.notices == 1
    assert "nora" not in everything(database)
    assert everything(database).count("I am olga@x.example.") == 2


def test_only_administrators_erase_and_one_thing_at_a_time(database) -> None:
    with database.writing("the test") as session:
        with pytest.raises(NotAllowed):
            erase_asked(session, LEA, Asked(email="a@b.example"), AT)
        for wrong in (Asked(), Asked(key="1"), Asked(email="a@b.example", seller="x")):
            with pytest.raises(AgainstTheRules, match="name one"):
                erase_asked(session, operator(), wrong, AT)


def test_the_command_tells_and_erases(database, database_url, monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setattr("workers.registry.opened.database_url", lambda: database_url)
    monkeypatch.setattr("workers.retention.blobs", lambda: Blobs(tmp_path))
    case = decided(database)
    with database.reading() as session:
        key = session.get_one(Case, case).listing.key
        assert count_due(session, datetime.now(UTC)) == 0
    assert main(["retention", "hold", "case", str(case), "--why", "a suit"]) == 0
    assert main(["retention", "status"]) == 0
    assert f"case {case}, by command line" in capsys.readouterr().out
    assert main(["retention", "erase", "--listing", "demo", key]) == 1
    assert "kept: 1 listing that waits" in capsys.readouterr().out
    assert main(["retention", "lift", "1"]) == 0
    assert main(["retention", "erase", "--listing", "demo", key]) == 0
    assert "1 listing, 1 case," in capsys.readouterr().out
    assert main(["retention", "run"]) == 0
    assert main(["retention", "erase"]) == 2
    assert main(["retention", "lift", "1"]) == 2
    assert "there is no hold 1" in capsys.readouterr().err
