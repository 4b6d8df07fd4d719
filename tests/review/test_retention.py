"""What has been kept for long enough is erased, what is held is not, and the audit log stays whole."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from brand_registry.access import NotAllowed, NotThere, operator
from review.appeals.filing import file_appeal
from review.appeals.links import path_of
from review.audit.checking import verify_all
from review.audit.log import Tampered
from review.audit.tables import Logged
from review.cases import open_cases
from review.decisions.deciding import decide
from review.decisions.labels import labelled_cases
from review.decisions.replaying import seen_by
from review.decisions.rules import Outcome, Policy, Ruling
from review.decisions.tables import Decision, DecisionNote
from review.errors import AgainstTheRules
from review.groups.tables import Tie
from review.notices.complete import Given
from review.notices.filing import file_notice
from review.notices.tables import Notice, NoticeState
from review.queue.claiming import claim
from review.queue.passing import send_back
from review.queue.tables import Queued
from review.retention.erasing import ERASED, Erased
from review.retention.holding import hold, lift
from review.retention.running import Asked, count_due, erase_asked, erase_due
from review.retention.tables import Erasure, Scope
from review.tables import Case, CaseEvidence, Listing, ListingVersion
from review.training.exercising import make_gold, mix_in, train
from review.training.tables import Gold
from storage.blobs import Blobs
from tests.review.conftest import ANNA, AT, BEN, LEA, add_case, judged, result
from workers.cli import main
from workers.erasing import erase
from workers.graph.tables import Picture, Shown
from workers.shards.tables import Holds, Shard, ShardState

SECRET = "call 0170 1234567, Wanda"
CONFIRMED = Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "misspelling", note=SECRET)
LONG_AFTER = AT + timedelta(days=731)
_tokens = count()


@pytest.fixture
def blobs(tmp_path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def decided(database, ruling: Ruling = CONFIRMED, **listing) -> int:
    """A case with a seller who says more than they should, decided."""
    said = {"description": SECRET, "seller": {"id": "w1", "name": "Wanda"}} | listing
    found = result()
    found["cases"][0]["evidence"].append(
        {"kind": "counterfeit_terms", "where": "description", "found": SECRET, "span": [0, 5], "score": 0.9}
    )
    found["missing"] = [{"where": "picture 1", "why": "it is no picture"}]
    case = add_case(database, found, **said)
    with database.writing(ANNA.name) as session:
        claim(session, ANNA, case, AT)
        token = f"retention{next(_tokens)}"
        decide(session, ANNA, case, ruling, seen=1, token=token, at=AT, chance=lambda: 1.0)
    return case


def everything(database) -> str:
    """All that stands in any table, but for what staff is called."""
    with database.reading() as session:
        tables = [row for row in Listing.metadata.sorted_tables if row.name != "alembic_version"]
        return repr([session.execute(select(table)).all() for table in tables])


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


def test_listings_that_nobody_decides_go_as_a_whole_with_their_pictures(database, blobs) -> None:
    sha256, shared = blobs.put(b"a picture"), blobs.put(b"another")
    for one in (sha256, shared):
        os.utime(blobs.folder / one[:2] / one[2:], (1, 1))
    case = add_case(database)
    with database.writing("the test") as session:
        row = Listing(source="demo", key="gone", content="1", version=1, seen=AT)
        session.add(row)
        session.flush()
        version = ListingVersion(listing_id=row.id, number=1, content="1", data='{"id":"gone"}', since=AT)
        session.add(version)
        session.flush()
        for place, one in enumerate((sha256, shared)):
            picture = Picture(key=one, reference=f"{one}.png", state="done", sha256=one, due=AT)
            session.add(picture)
            session.flush()
            session.add(Shown(version_id=version.id, position=place, picture_id=picture.id))
        session.add(
            Shown(version_id=session.get_one(Case, case).version_id, position=0, picture_id=picture.id)
        )
        for first, last in ((1, version.id - 1), (version.id, version.id + 9)):
            session.add(
                Shard(
                    name=f"s{first}", holds=Holds.TEXTS, first=first, last=last, rows=1, manifest={}, made=AT
                )
            )
        gone = version.id
    assert erase(database, blobs, AT + timedelta(days=364)) == Erased()
    assert erase(database, blobs, AT + timedelta(days=366)) == Erased(listings=1)
    with database.reading() as session:
        assert session.scalars(select(Listing.key)).all() == [session.get_one(Case, case).listing.key]
        assert session.get(ListingVersion, gone) is None
        assert session.scalars(select(Picture.sha256)).all() == [shared]
        states = session.scalars(select(Shard.state).order_by(Shard.first)).all()
        assert states == [ShardState.CURRENT, ShardState.REPLACED]
    assert sha256 not in blobs
    assert shared in blobs


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
    with database.reading() as session, pytest.raises(Tampered, match="note of decision 1 is not as"):
        verify_all(session)


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
    assert "kept: 1 listings" in capsys.readouterr().out
    assert main(["retention", "lift", "1"]) == 0
    assert main(["retention", "erase", "--listing", "demo", key]) == 0
    assert "1 listings, 1 cases" in capsys.readouterr().out
    assert main(["retention", "run"]) == 0
    assert main(["retention", "erase"]) == 2
    assert main(["retention", "lift", "1"]) == 1
    assert "there is no hold 1" in capsys.readouterr().err
