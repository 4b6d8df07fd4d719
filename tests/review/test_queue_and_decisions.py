"""Cases are given out, passed on, decided and taken back."""

import pytest

from brand_registry.access import NotAllowed, NotThere, Viewer
from brand_registry.people import Role
from review.decisions.deciding import UNDO_WITHIN, undo
from review.decisions.rules import Code, Outcome, Policy, Ruling
from review.decisions.tables import Announcement, Decision
from review.errors import AgainstTheRules, TooLate
from review.queue.browsing import MOST_COUNTED, Count, overview
from review.queue.claiming import LEASE, Wish, claim, heartbeat
from review.queue.passing import send_back, skip
from review.queue.tables import Queued, Stage
from review.tables import Case
from tests.review.conftest import ANNA, AT, BEN, FOUND, LEA, NOBODY, judge_again, result
from tests.review.desk import CANNOT, CONFIRMED, ESCALATE, RESALE, always


def test_the_worst_case_comes_first_and_nobody_else_gets_it(desk, make_case) -> None:
    low = make_case(result(0.55))
    shoes = make_case(result(0.9))
    pills = make_case(result(0.7), category="Health > Medicines")
    assert [desk.next(ANNA), desk.next(BEN), desk.next(LEA)] == [pills, shoes, low]
    assert desk.next(ANNA) == pills


def test_a_case_goes_back_when_its_holder_is_gone(desk, make_case) -> None:
    case = make_case()
    assert desk.next(ANNA) == case
    assert desk.next(BEN) is None
    desk.do(heartbeat, ANNA, case, at=AT + LEASE / 2)
    assert desk.next(BEN, at=AT + LEASE) is None
    assert desk.next(BEN, at=AT + LEASE * 1.5) == case
    with pytest.raises(TooLate, match="somebody else has this case now"):
        desk.do(heartbeat, ANNA, case, at=AT + LEASE * 1.6)
    with pytest.raises(TooLate, match="somebody else has this case now"):
        desk.decide(ANNA, case, at=AT + LEASE * 1.6)


def test_who_was_slow_may_still_decide_what_nobody_took(desk, make_case) -> None:
    case = make_case()
    desk.next(ANNA)
    assert desk.decide(ANNA, case, at=AT + LEASE * 2).closed


@pytest.mark.parametrize(
    "wish", [{"brand": "acme"}, {"harm": "medicine"}, {"source": "demo"}, {"script": "Latin"}]
)
def test_one_gets_what_one_wishes(desk, make_case, wish) -> None:
    case = make_case(category="Medicine")
    other = {"brand": "globex", "harm": "fire", "source": "other", "script": "Cyrillic"}
    assert desk.next(ANNA, **{name: other[name] for name in wish}) is None
    assert desk.next(ANNA, **wish) == case


def test_what_waits_is_counted_by_stage_and_harm(desk, make_case, database) -> None:
    hard, pills = make_case(), make_case(category="Medicine")
    shoes = [make_case() for _ in range(3)]
    desk.take_and_decide(ANNA, hard, ESCALATE)
    desk.do(claim, ANNA, pills)

    def seen(at=AT, **wish):
        with database.reading() as session:
            return overview(session, LEA, Wish(**wish), at, ["medicine", "skin"])

    with database.reading() as session:
        opened = {case: session.get_one(Queued, case).opened for case in (hard, pills)}
    everything = [("lead", "1", opened[hard]), ("second", "0", None), ("first", "4", opened[pills])]
    assert [(one.name, one.said, one.oldest) for one in seen().stages] == [*everything, ("aside", "0", None)]
    assert [(one.name, one.said) for one in seen().harms] == [("medicine", "1"), ("none", "3")]
    assert [one.id for one in seen().rows] == [hard, pills, *shoes]
    assert [one.holder for one in seen().rows[:3]] == [None, ANNA.name, None]
    assert seen(AT + LEASE).rows[1].holder is None
    assert [one.cases for one in seen(harm="medicine").stages] == [0, 0, 1, 0]
    assert [one.id for one in seen(stage=Stage.FIRST, brand="acme").rows] == [pills, *shoes]
    assert seen(brand="globex").rows == []
    assert Count("first", MOST_COUNTED + 1, None).said == "10,000+"


def test_only_reviewers_review(desk, make_case) -> None:
    case = make_case()
    for act in (
        lambda: desk.next(NOBODY),
        lambda: desk.do(claim, NOBODY, case),
        lambda: desk.decide(NOBODY, case),
        lambda: desk.do(skip, NOBODY, case),
        lambda: desk.do(heartbeat, NOBODY, case),
        lambda: desk.do(send_back, NOBODY, case, "look"),
        lambda: desk.do(undo, NOBODY, 1),
    ):
        with pytest.raises(NotAllowed, match="review cases"):
            act()


def test_nobody_reviews_their_own_brand(desk, make_case, database) -> None:
    case = make_case()
    with database.writing("the test") as session:
        session.get_one(Queued, case).owner_id = 7
    own = Viewer("olga@example.com", frozenset({(Role.REVIEWER, None), (Role.OWNER, 7)}))
    assert desk.next(own) is None
    with pytest.raises(NotAllowed):
        desk.do(claim, own, case)
    assert desk.next(ANNA) == case


def test_what_is_skipped_goes_to_others_and_at_last_to_a_lead(desk, make_case) -> None:
    case = make_case()
    for number in range(3):
        viewer = Viewer(f"{number}@example.com", ANNA.held)
        assert desk.next(viewer) == case
        desk.do(skip, viewer, case)
        assert desk.next(viewer) is None
    assert desk.next(ANNA) is None
    assert desk.next(LEA) == case
    desk.do(send_back, LEA, case, "look at the third picture")
    assert desk.next(ANNA) == case
    with desk.database.reading() as session:
        assert session.get_one(Queued, case).note == "look at the third picture"


def test_a_decision_closes_the_case_and_is_told_when_it_can_no_longer_be_undone(desk, make_case) -> None:
    case = make_case()
    said = desk.take_and_decide(ANNA, case)
    assert (said.closed, desk.state(case), desk.stage(case)) == (True, "closed", "done")
    assert desk.next(BEN) is None
    with desk.database.reading() as session:
        assert session.query(Announcement).one().due == AT + UNDO_WITHIN
        decision = session.query(Decision).one()
        assert decision.seen["versions"] == {"detector": "1", "registry": "1"}
        assert decision.seen["evidence"][0]["versions"] == {"detector": "1", "registry": "1"}


@pytest.mark.parametrize(
    ("ruling", "said"),
    [
        (Ruling(Outcome.CONFIRMED), "needs a policy"),
        (Ruling(Outcome.CONFIRMED, Policy.TRADEMARK), "needs a reason"),
        (Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "logo"), "none of those that the case gives"),
        (Ruling(Outcome.CONFIRMED, Policy.COPYRIGHT, "misspelling"), "no reason for copyright"),
        (Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "misspelling", Code.PARODY), "goes without a code"),
        (Ruling(Outcome.NOT_INFRINGING), "needs a code"),
        (Ruling(Outcome.NOT_INFRINGING, Policy.DESIGN, code=Code.RESALE), "goes without a policy"),
        (Ruling(Outcome.CANNOT_TELL, note="  "), "what was missing to tell"),
        (Ruling(Outcome.ESCALATE), "what the lead is to look at"),
        (Ruling(Outcome.CANNOT_TELL, note="x" * 2_001), "2,000 characters"),
        (Ruling(Outcome.UNDONE), "by undoing it"),
    ],
)
def test_the_server_holds_the_rules(desk, make_case, ruling, said) -> None:
    case = make_case()
    with pytest.raises(AgainstTheRules, match=said):
        desk.take_and_decide(ANNA, case, ruling)
    assert desk.count(Decision) == 0


def test_a_double_click_counts_once(desk, make_case) -> None:
    case, other = make_case(), make_case()
    desk.do(claim, ANNA, case)
    first = desk.decide(ANNA, case, token="form", seen=1)
    again = desk.decide(ANNA, case, token="form", seen=1)
    assert (again.decision, again.again, again.closed) == (first.decision, True, True)
    desk.do(claim, ANNA, other)
    with pytest.raises(AgainstTheRules, match="another case"):
        desk.decide(ANNA, other, token="form")
    assert desk.count(Decision) == 1


def test_the_second_is_told_that_it_came_too_late(desk, make_case) -> None:
    case = make_case()
    desk.take_and_decide(ANNA, case)
    with pytest.raises(TooLate, match=r"decided before you, by anna@example.com \(confirmed\)"):
        desk.decide(BEN, case, RESALE)


def test_what_was_found_while_one_read_must_be_looked_at(desk, make_case, database) -> None:
    case = make_case()
    desk.do(claim, ANNA, case)
    more = result()
    more["cases"][0]["evidence"].append(FOUND | {"kind": "logo", "where": "image:0", "score": 0.9})
    judge_again(database, case, more)
    with pytest.raises(TooLate, match="changed while you read"):
        desk.decide(ANNA, case, seen=1)
    assert desk.decide(ANNA, case).closed


def test_a_decision_is_taken_back_within_a_minute(desk, make_case) -> None:
    case = make_case()
    said = desk.take_and_decide(ANNA, case)
    for viewer in (BEN, LEA):
        with pytest.raises(NotThere):
            desk.do(undo, viewer, said.decision)
    assert desk.do(undo, ANNA, said.decision, at=AT + UNDO_WITHIN) == case
    assert (desk.state(case), desk.stage(case), desk.count(Announcement)) == ("open", "first", 0)
    assert desk.next(BEN) is None
    with pytest.raises(TooLate):
        desk.do(undo, ANNA, said.decision)
    later = desk.decide(ANNA, case, RESALE, at=AT + UNDO_WITHIN)
    with pytest.raises(TooLate, match="for a minute"):
        desk.do(undo, ANNA, later.decision, at=AT + UNDO_WITHIN * 2.1)


def test_what_was_undone_can_be_overtaken_by_a_new_case(desk, make_case, database) -> None:
    case = make_case()
    said = desk.take_and_decide(ANNA, case)
    more = result()
    more["cases"][0]["evidence"].append(FOUND | {"where": "description", "score": 0.9})
    judge_again(database, case, more)
    with pytest.raises(TooLate, match="is open about it"):
        desk.do(undo, ANNA, said.decision)
    assert desk.next(BEN) == case + 1


def test_two_who_agree_close_a_case(desk, make_case) -> None:
    case = make_case()
    assert desk.take_and_decide(ANNA, case, chance=always).stage is Stage.SECOND
    assert desk.state(case) == "open"
    assert desk.next(ANNA) is None
    with pytest.raises(NotAllowed):
        desk.do(claim, ANNA, case)
    assert desk.next(BEN) == case
    assert desk.decide(BEN, case).closed


def test_a_lead_decides_where_two_disagree(desk, make_case) -> None:
    case = make_case()
    desk.take_and_decide(ANNA, case, chance=always)
    assert desk.take_and_decide(BEN, case, RESALE).stage is Stage.LEAD
    assert desk.next(BEN) is None
    assert desk.next(LEA) == case
    with pytest.raises(AgainstTheRules, match="decide between them"):
        desk.do(send_back, LEA, case, "again")
    with pytest.raises(AgainstTheRules, match="lies with the leads already"):
        desk.decide(LEA, case, ESCALATE)
    assert desk.decide(LEA, case, RESALE).closed
    with desk.database.reading() as session:
        assert [one.final for one in session.query(Decision).order_by(Decision.id)] == [False, False, True]


@pytest.mark.parametrize(
    ("risk", "ruling", "twice"),
    [
        (0.8, CONFIRMED, False),
        (0.55, CONFIRMED, True),
        (0.97, RESALE, True),
        (0.8, RESALE, False),
        (0.8, CANNOT, True),
    ],
)
def test_hard_cases_are_seen_twice(desk, make_case, risk, ruling, twice) -> None:
    case = make_case(result(risk))
    assert desk.take_and_decide(ANNA, case, ruling).closed is not twice


def test_what_is_escalated_goes_to_a_lead(desk, make_case) -> None:
    case = make_case()
    desk.take_and_decide(ANNA, case, ESCALATE)
    assert (desk.state(case), desk.next(ANNA), desk.next(LEA)) == ("open", None, case)


def test_cases_in_shadow_are_not_there(desk, make_case, database) -> None:
    case = make_case()
    with database.writing("the test") as session:
        session.get_one(Case, case).shadow = True
        session.delete(session.get_one(Queued, case))
    assert desk.next(ANNA) is None
    for act in (lambda: desk.do(claim, ANNA, case), lambda: desk.decide(ANNA, case)):
        with pytest.raises(NotThere):
            act()
