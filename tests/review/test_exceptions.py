"""Exceptions made from a dismissal: by whom, for how long, honoured by judging, taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from brand_registry.access import NotAllowed, NotThere, Viewer
from brand_registry.changes import Change
from brand_registry.judging import RegistryJudge
from brand_registry.people import HOUSE, Owner, Role
from brand_registry.stored import stored
from brand_registry.tables import Allowed, Brand, Mark
from detector.listing import Listing
from detector.result import Verdict
from review.audit.checking import verify_all
from review.audit.tables import Logged
from review.decisions.deciding import decide, undo
from review.decisions.rules import Code, Outcome, Policy, Ruling
from review.errors import AgainstTheRules
from review.exceptions.allowing import LONGEST, Offer, Scope, allow, offers, revoke, standing
from review.queue.claiming import claim
from tests.review.conftest import ANNA, AT, BEN, LEA, add_case, result

GENERIC = Ruling(Outcome.NOT_INFRINGING, code=Code.GENERIC)
CONFIRMED = Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "misspelling")
LISTING = {"title": "Acrnera running shoes", "seller": {"id": "s1", "name": "Sun"}}
UNTIL = AT.date() + timedelta(days=90)


@pytest.fixture
def brand(database) -> int:
    with database.writing("the test") as session:
        owner = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
        made = Brand(owner_id=owner.id, key="acme", name="Acmera", categories=[])
        mark = {"script": "Latin", "classes": [], "territories": [], "common_word": False}
        made.marks = [Mark(text="Acmera", position=0, **mark)]
        session.add(made)
        session.flush()
        return made.id


def do(database, what, viewer, *arguments, **more):
    with database.writing(viewer.name) as session:
        session.expire_on_commit = False
        return what(session, viewer, *arguments, **more)


def dismissed(database, ruling=GENERIC, viewer=ANNA, **listing) -> int:
    found = result()
    found["cases"][0]["evidence"][0]["mark"] = "Acmera"
    case = add_case(database, found, **(LISTING | listing))
    do(database, claim, viewer, case, AT)
    do(database, decide, viewer, case, ruling, seen=1, token=f"t{case}", at=AT, chance=lambda: 1.0)
    return case


def offer(database, viewer, case, scope) -> Offer:
    with database.reading() as session:
        return next(one for one in offers(session, viewer, case) if one.scope is scope)


def judge(database, day=None, **listing):
    with database.reading() as session:
        records = [one.record for one in stored(session, select(Brand))]
    said = Listing.model_validate({"id": "L9", "marketplace": "demo"} | LISTING | listing)
    return RegistryJudge(records, day=lambda: day or AT.date()).judge(said).verdict


@pytest.mark.parametrize(
    ("scope", "viewer", "still_flagged"),
    [
        (Scope.LISTING, ANNA, [{"id": "L9"}]),
        (Scope.SELLER, ANNA, [{"seller": {"id": "s2"}}, {"marketplace": "other"}]),
        (Scope.MARK, LEA, []),
        (Scope.BRAND, LEA, [{"marketplace": "other"}]),
    ],
)
def test_judging_honours_what_is_allowed_until_it_ends(database, brand, scope, viewer, still_flagged) -> None:
    case = dismissed(database)
    with database.reading() as session:
        number = offers(session, viewer, case)[0].value
    own = {"id": number}
    assert judge(database, **own) is Verdict.FLAG
    made = do(database, allow, viewer, case, offer(database, viewer, case, scope), until=UNTIL, at=AT)
    assert judge(database, **own) is Verdict.CLEAR
    for listing in still_flagged:
        assert judge(database, **(own | listing)) is Verdict.FLAG
    assert judge(database, UNTIL, **own) is Verdict.CLEAR
    assert judge(database, UNTIL + timedelta(days=1), **own) is Verdict.FLAG
    with database.reading() as session:
        assert [(one.row.scope, one.case, one.there) for one in standing(session, case)] == [
            (scope, case, True)
        ]
        assert session.query(Allowed).one().why == f"case {case} was dismissed: a word of everyday language"
        assert {one.who for one in session.query(Change).order_by(Change.id.desc()).limit(1)} == {"reviewers"}
        assert (viewer.name, "allowed") in {(one.who, one.did) for one in session.query(Logged)}
    do(database, revoke, viewer, made.id, AT)
    assert judge(database, **own) is Verdict.FLAG
    with database.reading() as session:
        assert standing(session) == []
        assert verify_all(session).decisions == 1


def test_who_may_allow_what(database, brand) -> None:
    case = dismissed(database)
    with database.reading() as session:
        assert [one.scope for one in offers(session, BEN, case)] == [Scope.LISTING, Scope.SELLER]
        assert [one.scope for one in offers(session, LEA, case)] == list(Scope)
        own = session.get_one(Brand, brand).owner_id
        olga = Viewer("olga@example.com", frozenset({(Role.REVIEWER, None), (Role.OWNER, own)}))
        assert offers(session, olga, case) == []
    mark = offer(database, LEA, case, Scope.MARK)
    for viewer in (ANNA, olga, Viewer("o@example.com", frozenset({(Role.OWNER, own)}))):
        with pytest.raises(NotAllowed):
            do(database, allow, viewer, case, mark, until=UNTIL, at=AT)
    made = do(database, allow, LEA, case, mark, until=UNTIL, at=AT)
    with pytest.raises(NotAllowed, match="only who made"):
        do(database, revoke, ANNA, made.id, AT)
    with pytest.raises(NotThere):
        do(database, revoke, LEA, made.id + 1, AT)


def test_nothing_is_allowed_because_of_what_was_not_dismissed(database, brand) -> None:
    confirmed, waiting = dismissed(database, CONFIRMED), add_case(database, **LISTING)
    nameless = dismissed(database, seller=None)
    with database.reading() as session:
        assert offers(session, LEA, confirmed) == offers(session, LEA, waiting) == []
        assert Scope.SELLER not in [one.scope for one in offers(session, LEA, nameless)]
        assert offers(session, LEA, 999) == []


@pytest.mark.parametrize("until", [AT.date(), AT.date() - timedelta(days=1), AT.date() + LONGEST * 2])
def test_an_exception_ends(database, brand, until) -> None:
    case = dismissed(database)
    with pytest.raises(AgainstTheRules, match="an exception ends"):
        do(database, allow, ANNA, case, offer(database, ANNA, case, Scope.SELLER), until=until, at=AT)


def test_the_same_is_not_allowed_twice_and_goes_with_its_decision(database, brand) -> None:
    case = dismissed(database)
    seller = offer(database, ANNA, case, Scope.SELLER)
    do(database, allow, ANNA, case, seller, until=UNTIL, at=AT)
    with pytest.raises(AgainstTheRules, match="already"):
        do(database, allow, ANNA, case, seller, until=UNTIL, at=AT)
    do(database, undo, ANNA, 1, AT)
    with database.reading() as session:
        assert (session.query(Allowed).count(), standing(session)) == (0, [])


def test_what_its_owner_took_out_is_told(database, brand) -> None:
    case = dismissed(database)
    made = do(database, allow, ANNA, case, offer(database, ANNA, case, Scope.SELLER), until=UNTIL, at=AT)
    with database.writing("its owner") as session:
        session.delete(session.query(Allowed).one())
    with database.reading() as session:
        assert [one.there for one in standing(session)] == [False]
    do(database, revoke, ANNA, made.id, AT)
