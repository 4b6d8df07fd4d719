"""What floods the queue is put aside by itself, and put back by a lead; and what leads look at."""

from datetime import timedelta

import pytest

from brand_registry.access import NotAllowed, NotThere
from brand_registry.people import HOUSE, Owner
from brand_registry.tables import Brand
from review.audit.checking import verify_all
from review.audit.tables import Logged
from review.decisions.deciding import decide, undo
from review.decisions.rules import Code, Outcome, Policy, Ruling
from review.health.figures import figures
from review.health.quarantine import all_aside, put_back
from review.health.tables import Came
from review.queue.claiming import Wish, claim, claim_next
from review.queue.passing import skip
from review.queue.tables import Queued, Stage
from storage.settings import settings
from tests.review.conftest import ANNA, AT, BEN, FOUND, LEA, add_case, judge_again, result

CONFIRMED = Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "misspelling")
GENERIC = Ruling(Outcome.NOT_INFRINGING, code=Code.GENERIC)


@pytest.fixture(autouse=True)
def _few_are_enough(monkeypatch) -> None:
    monkeypatch.setattr(settings(), "quarantine_after", 5)
    monkeypatch.setattr(settings(), "quarantine_among", 6)


def do(database, what, viewer, *arguments, **more):
    with database.writing(viewer.name) as session:
        return what(session, viewer, *arguments, **more)


def decided(database, ruling=GENERIC, viewer=ANNA, at=AT, found=None, chance=1.0) -> int:
    case = add_case(database, found)
    do(database, claim, viewer, case, at)
    how = {"seen": 1, "token": f"t{case}", "at": at, "chance": lambda: chance}
    return do(database, decide, viewer, case, ruling, **how).decision


def stage(database, case) -> str:
    with database.reading() as session:
        return session.get_one(Queued, case).stage


def aside(database) -> list[tuple[str, str, int, int]]:
    with database.reading() as session:
        return [(one.of, one.value, one.confirmed, one.decided) for one in all_aside(session)]


def other(where="image:0"):
    """Something else that speaks for a case."""
    more = result()
    more["cases"][0]["evidence"].append({"kind": "logo", "where": where, "score": 0.9, "asset": "a.png"})
    return more


def test_what_floods_is_put_aside_and_put_back(database) -> None:
    with_more, plain, held = add_case(database, other()), add_case(database), add_case(database)
    elsewhere = add_case(database, result(brand="b"))
    do(database, claim, BEN, held, AT)
    for _ in range(5):
        decided(database)
    assert sorted(aside(database)) == [("mark", "Acmes", 0, 5), ("reason", "misspelling", 0, 5)]
    assert stage(database, plain) == Stage.ASIDE
    assert [stage(database, one) for one in (with_more, held, elsewhere)] == [Stage.FIRST] * 3
    new = add_case(database)
    assert stage(database, new) == Stage.ASIDE
    with pytest.raises(NotAllowed):
        do(database, claim, ANNA, new, AT)
    assert do(database, claim_next, LEA, AT, Wish(stage=Stage.ASIDE)) in {plain, new}
    with database.writing("the test") as session:
        for row in session.query(Queued):
            row.holder = row.until = None
    judge_again(database, new, other())
    assert stage(database, new) == Stage.FIRST, "more speaks for it now"
    for number in (1, 2):
        do(database, put_back, LEA, number, AT)
    assert stage(database, plain) == Stage.FIRST
    for act in ((NotThere, LEA), (NotAllowed, ANNA)):
        with pytest.raises(act[0]):
            do(database, put_back, act[1], 1, AT)
    for _ in range(4):
        decided(database)
    assert aside(database) == [], "it is counted anew"
    decided(database)
    assert len(aside(database)) == 2
    with database.reading() as session:
        said = [row.did for row in session.query(Logged) if row.who == "quarantine"]
        assert said == ["put aside"] * 4
        assert verify_all(session).decisions == 10


@pytest.mark.parametrize(
    ("confirmed", "dismissed", "put"),
    [(0, 4, False), (0, 5, True), (1, 4, False), (1, 5, True), (2, 4, False)],
)
def test_the_rule(database, confirmed, dismissed, put) -> None:
    for _ in range(confirmed):
        decided(database, CONFIRMED)
    for _ in range(dismissed):
        decided(database)
    assert bool(aside(database)) is put


def test_what_tells_nothing_or_was_taken_back_does_not_count(database) -> None:
    for _ in range(4):
        decided(database)
    do(database, undo, ANNA, decided(database, CONFIRMED), AT)
    cannot = Ruling(Outcome.CANNOT_TELL, note="no pictures")
    decided(database, cannot)
    assert aside(database) == []
    with database.reading() as session:
        assert session.query(Came).filter_by(of="mark").count() == 4


def test_its_owner_is_told(database) -> None:
    with database.writing("the test") as session:
        owner = session.query(Owner).filter_by(key=HOUSE).one()
        session.add(Brand(owner_id=owner.id, key="acme", name="Acme", categories=[]))
    for _ in range(5):
        decided(database)
    with database.reading() as session:
        brand = session.query(Brand).one()
        assert {one.value for one in all_aside(session, brand.id)} == {"Acmes", "misspelling"}
        assert all_aside(session, brand.id + 1) == []


def test_leads_see_how_the_queue_is(database) -> None:
    with database.reading() as session:
        empty = figures(session, AT, 30)
    assert (empty.decided, empty.median, empty.agreement.said, empty.relisted.said) == (0, None, "–", "–")
    decided(database, CONFIRMED)
    logo = {"reasons": ["logo"], "evidence": [FOUND | {"kind": "logo", "score": 0.9}]}
    decided(database, found=result(**logo))
    for second in (CONFIRMED, GENERIC):
        case = add_case(database)
        for viewer, ruling in ((ANNA, CONFIRMED), (BEN, second)):
            do(database, claim, viewer, case, AT)
            how = {"seen": 1, "token": f"{case}{viewer.name}", "chance": lambda: 0.0}
            do(database, decide, viewer, case, ruling, at=AT + timedelta(seconds=40), **how)
    do(database, claim, LEA, case, AT)
    do(database, decide, LEA, case, GENERIC, seen=1, token="lea", at=AT)
    again = add_case(database, title="Acrnes running shoes red leather")
    with database.reading() as session:
        seen = figures(session, AT + timedelta(days=1), 30)
        assert figures(session, AT + timedelta(days=40), 30).decided == 0
    assert seen.decided == 7
    assert {one.name: (one.hits, one.total) for one in seen.reasons} == {
        "misspelling": (2, 3),
        "logo": (0, 1),
    }
    assert [(one.name, one.hits, one.total) for one in seen.brands] == [("acme", 2, 4)]
    assert (seen.agreement.hits, seen.agreement.total) == (1, 2)
    assert (seen.overturned.hits, seen.overturned.total) == (1, 2)
    assert seen.median == 40
    assert seen.ninety == 40
    assert (seen.relisted.hits, seen.relisted.total) == (0, 2)
    assert again


def test_what_comes_back_is_relisted(database) -> None:
    texts = {"description": "Write to us at sun@mail.com for more"}
    case = add_case(database, **texts)
    do(database, claim, ANNA, case, AT)
    do(database, decide, ANNA, case, CONFIRMED, seen=1, token="t", at=AT, chance=lambda: 1.0)
    add_case(database, result(brand="b"), **texts)
    with database.reading() as session:
        assert figures(session, AT, 30).relisted.hits == 0
    add_case(database, **texts)
    with database.reading() as session:
        assert figures(session, AT, 30).relisted.said == "100%"


def test_what_was_put_aside_while_somebody_had_it_waits_apart_when_they_leave_it(database) -> None:
    held = add_case(database)
    do(database, claim, BEN, held, AT)
    for _ in range(5):
        decided(database)
    assert stage(database, held) == Stage.FIRST
    do(database, skip, BEN, held, AT)
    assert stage(database, held) == Stage.ASIDE
