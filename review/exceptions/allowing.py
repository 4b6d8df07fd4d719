"""Exceptions made from a dismissal, so that the same is not asked again.

| scope | what is left out, of this brand | by |
| --- | --- | --- |
| listing | this listing | reviewers |
| seller | all of this seller | reviewers |
| mark | what is like one of its marks | leads |
| brand | everything, on this listing's marketplace | leads |

Each ends, within a year. It stands among the brand's own exceptions, where its owner sees it and may take it
out; it counts from the next snapshot on. Who made it stands in the audit log alone.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, NotAllowed, NotThere, Viewer, refuse_unless
from brand_registry.editing import Fields, Part, as_json, items, stored_brand
from brand_registry.people import OF_ONE_OWNER
from brand_registry.stored import public_id
from brand_registry.tables import Allowed, Brand
from detector.listing import Listing
from review.audit.log import log
from review.decisions.known import answer_to
from review.decisions.rules import CODES, Code, Outcome
from review.decisions.tables import Decision
from review.errors import AgainstTheRules
from review.exceptions.tables import Allowance
from review.tables import Case, ListingVersion

LONGEST = timedelta(days=366)
USUAL = timedelta(days=180)
_IN_HISTORY = "reviewers"
"""What the brand's history says of who did it: its owner reads that."""


class Scope(StrEnum):
    LISTING = "listing"
    SELLER = "seller"
    MARK = "mark"
    BRAND = "brand"


_LEADS = frozenset({Scope.MARK, Scope.BRAND})


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be allowed because of a case: what it would be in the brand's exceptions."""

    scope: Scope
    value: str
    marketplace: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An exception as a page lists it. `there` says whether it still stands among the brand's own."""

    row: Allowance
    case: int
    brand: str
    there: bool


def offers(session: Session, viewer: Viewer, case_id: int) -> Sequence[Offer]:
    """What the viewer may allow because of a case: nothing, but of one that was dismissed for good."""
    case = session.get(Case, case_id)
    answer = answer_to(session, case_id)
    if case is None or case.brand_id is None or answer is None or answer.outcome != Outcome.NOT_INFRINGING:
        return []
    brand = session.get(Brand, case.brand_id)
    own = {owner for role, owner in viewer.held if role in OF_ONE_OWNER}
    if brand is None or brand.owner_id in own or not viewer.may_somewhere(Deed.EXCEPT):
        return []
    listing = Listing.model_validate_json(session.get_one(ListingVersion, case.version_id).data)
    return [
        one for one in _offers(case, listing) if one.scope not in _LEADS or viewer.may_somewhere(Deed.LEAD)
    ]


def allow(
    session: Session, viewer: Viewer, case_id: int, offer: Offer, *, until: date, at: datetime
) -> Allowance:
    """Makes an exception. Raises `NotAllowed`, `NotThere`, `AgainstTheRules`, `ChangedMeanwhile`."""
    refuse_unless(viewer, Deed.EXCEPT)
    if offer not in offers(session, viewer, case_id):
        raise NotAllowed("this can't be allowed because of this case; it must have been dismissed as such")
    if not at.date() < until <= at.date() + LONGEST:
        raise AgainstTheRules(f"an exception ends, at the latest on {at.date() + LONGEST}; say when")
    case, answer = session.get_one(Case, case_id), answer_to(session, case_id)
    if answer is None:
        raise NotThere(f"there is no decision of case {case_id}")
    brand = session.get_one(Brand, case.brand_id)
    if _item(session, brand, offer) is not None:
        raise AgainstTheRules("the brand has this exception already")
    why = f"case {case_id} was dismissed: {CODES[Code(answer.code or '')].lower()}"
    fields: Fields = {"scope": offer.scope.value, "value": offer.value, "marketplace": offer.marketplace}
    fields |= {"until": until.isoformat(), "why": why}
    with _as_reviewers(session):
        _part(session, viewer, brand).add(fields)
    made = Allowance(
        decision_id=answer.id, brand_id=brand.id, scope=offer.scope, value=offer.value,
        marketplace=offer.marketplace, until=until, who=viewer.name, at=at,
    )  # fmt: skip
    session.add(made)
    log(session, at, viewer.name, "allowed", case_id, scope=offer.scope, value=offer.value, until=until)
    return made


def revoke(session: Session, viewer: Viewer, number: int, at: datetime) -> None:
    """Takes one back: who made it may, and leads. Raises `NotThere`, `NotAllowed`."""
    refuse_unless(viewer, Deed.EXCEPT)
    one = session.get(Allowance, number)
    if one is None or one.ended is not None:
        raise NotThere("there is no such exception any more")
    if one.who != viewer.name and not viewer.may_somewhere(Deed.LEAD):
        raise NotAllowed("only who made an exception may take it back, or a lead")
    _end(session, viewer, one, at)


def revoke_all(session: Session, viewer: Viewer, decision: Decision, at: datetime) -> None:
    """Takes back what was allowed because of a decision, as that is taken back."""
    of_it = select(Allowance).where(Allowance.decision_id == decision.id, Allowance.ended.is_(None))
    for one in session.scalars(of_it):
        _end(session, viewer, one, at)


def standing(session: Session, case_id: int | None = None, most: int = 200) -> Sequence[Standing]:
    """The exceptions that were made and not taken back, the latest first; those of one case, or all."""
    same = (getattr(Allowed, name) == getattr(Allowance, name) for name in ("brand_id", "scope", "value"))
    there = exists().where(*same)
    wanted = (
        select(Allowance, Decision.case_id, Brand, there)
        .join(Decision, Decision.id == Allowance.decision_id)
        .join(Brand, Brand.id == Allowance.brand_id)
        .where(Allowance.ended.is_(None), and_(True, *([Decision.case_id == case_id] if case_id else [])))
        .order_by(Allowance.id.desc())
        .limit(most)
    )
    return [Standing(one, case, brand.name, still) for one, case, brand, still in session.execute(wanted)]


def _offers(case: Case, listing: Listing) -> Iterator[Offer]:
    market = listing.marketplace
    yield Offer(Scope.LISTING, listing.id, market)
    if listing.seller is not None and listing.seller.id:
        yield Offer(Scope.SELLER, listing.seller.id[:500], market)
    for mark in sorted({str(one.what["mark"]) for one in case.evidence if one.what.get("mark")}):
        yield Offer(Scope.MARK, mark[:500], None)
    yield Offer(Scope.BRAND, case.brand, market)


def _end(session: Session, viewer: Viewer, one: Allowance, at: datetime) -> None:
    brand = session.get_one(Brand, one.brand_id)
    number = _item(session, brand, Offer(Scope(one.scope), one.value, one.marketplace))
    if number is not None:
        with _as_reviewers(session):
            _part(session, viewer, brand).remove(number)
    one.ended, one.ended_by = at, viewer.name
    case = session.get_one(Decision, one.decision_id).case_id
    log(session, at, viewer.name, "allowed no more", case, scope=one.scope, value=one.value)


def _item(session: Session, brand: Brand, offer: Offer) -> int | None:
    """The number of the brand's own exception."""
    wanted = (offer.scope.value, offer.value, offer.marketplace)
    for item in items(brand, as_json(stored_brand(session, brand).record), "allow"):
        if tuple(item.fields.get(name) for name in ("scope", "value", "marketplace")) == wanted:
            return item.number
    return None


def _part(session: Session, viewer: Viewer, brand: Brand) -> Part:
    return Part(session, viewer, public_id(brand.owner.key, brand.key), "allow", Deed.EXCEPT)


@contextmanager
def _as_reviewers(session: Session) -> Iterator[None]:
    """What is changed stands in the brand's history without the reviewer's name."""
    session.flush()
    before = session.info.get("who")
    session.info["who"] = _IN_HISTORY
    yield
    session.flush()
    session.info["who"] = before
