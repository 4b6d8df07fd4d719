"""A case as a reviewer sees it: what was found, what speaks for the seller, what could not be looked at."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from brand_registry.access import NotThere, Viewer
from brand_registry.tables import Asset, Brand
from brand_registry.web.told import Point, point_of
from detector.brand import CategoryFloor, Price
from detector.floors import category_floor
from detector.listing import Listing
from review.decisions.rules import Outcome
from review.decisions.tables import Decision
from review.queue.claiming import refuse_unless_reviewer
from review.queue.tables import Queued, Stage
from review.tables import Case
from review.training.exercising import given_of
from review.web.marking import Marked, marked_texts

_MOST_OF_SELLER = 500
"""Cases of one seller that are counted."""
_PICTURE = "image:"


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of evidence. `asset` is the number of the reference that it names."""

    what: Mapping[str, Any]
    versions: Mapping[str, str]
    since: datetime
    asset: int | None

    @property
    def picture(self) -> int | None:
        """The picture that it was found in."""
        return picture_of(self.what["where"])


@dataclass(frozen=True, slots=True)
class AgainstFloor:
    """A price beside the least that the brand's goods cost; `below` is a share, None in other money."""

    price: str
    floor: str | None
    below: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """All of a case that its page shows."""

    id: int
    lock: int
    brand: str
    brand_name: str
    risk: float
    reasons: Sequence[str]
    listing: Listing
    texts: Sequence[Marked]
    found: Sequence[Found]
    qualifiers: Sequence[Mapping[str, Any]]
    missing: Sequence[Mapping[str, Any]]
    price: AgainstFloor | None
    place: Queued
    opened: datetime
    gone: datetime | None
    rescan: int | None
    versions: Mapping[str, str]
    opinion: Mapping[str, Any] | None
    """What a model in the middle said of it, if one was asked."""
    past: Sequence[Decision]
    seller: Mapping[str, int]
    goes_out: int | None
    """The decision that confirmed it, if one does and stands: it has a statement."""
    practice: bool
    """Whether it is a decided case that the viewer sees as if it were open."""

    @property
    def stage(self) -> str:
        return Stage.FIRST if self.practice else self.place.stage

    @property
    def note(self) -> str | None:
        return None if self.practice else self.place.note

    @property
    def points(self) -> Sequence[Point]:
        """What speaks against the listing, the strongest first, and what speaks for it."""
        against = [dict(one.what) | {"tone": "against"} for one in self.found]
        return [
            point_of(one) for one in (*against, *(dict(one) | {"tone": "favour"} for one in self.qualifiers))
        ]

    @property
    def pictures(self) -> Sequence[int]:
        """The numbers of the listing's pictures, those in which something was found first."""
        told = {one.picture for one in self.found} | {picture_of(one["where"]) for one in self.qualifiers}
        return sorted(range(len(self.listing.images)), key=lambda number: (number not in told, number))


def show(session: Session, viewer: Viewer, case_id: int) -> Shown:
    """The case. Raises `NotThere`, also for one in shadow, and `NotAllowed`."""
    case, place = case_of(session, viewer, case_id, joinedload(Case.version))
    listing = Listing.model_validate_json(case.version.data)
    brand = session.get(Brand, case.brand_id) if case.brand_id else None
    assets = _assets(session, case)
    exercise = given_of(session, viewer, case_id)
    found = [
        Found(one.what, one.versions, one.since, assets.get(one.what.get("asset", "")))
        for one in sorted(case.evidence, key=lambda one: -one.score)
    ]
    practice = exercise is not None
    return Shown(
        id=case.id, lock=case.lock, brand=case.brand, brand_name=brand.name if brand else case.brand,
        risk=case.risk, reasons=case.reasons, listing=listing,
        texts=marked_texts(listing, [one.what for one in found], case.qualifiers),
        found=found, qualifiers=case.qualifiers, missing=case.missing,
        price=_against_floor(listing, brand), place=place, opened=case.opened, gone=case.gone,
        rescan=case.rescan,
        versions=case.versions, opinion=case.opinion, past=() if practice else _past(session, viewer, place),
        seller=_seller(session, place), goes_out=None if practice else _goes_out(session, place),
        practice=practice,
    )  # fmt: skip


def case_of(session: Session, viewer: Viewer, case_id: int, *more: ORMOption) -> tuple[Case, Queued]:
    """A case with its place in the queue, and `more` of it. Raises `NotThere` and `NotAllowed`."""
    refuse_unless_reviewer(viewer)
    row = session.execute(
        select(Case, Queued)
        .join(Queued, Queued.case_id == Case.id)
        .where(Case.id == case_id, Case.shadow.is_(False))
        .options(selectinload(Case.evidence), *more)
    ).one_or_none()
    if row is None:
        raise NotThere(f"there is no case {case_id}")
    return row[0], row[1]


def picture_of(where: str) -> int | None:
    """The number of the picture that evidence was found in."""
    number = where.removeprefix(_PICTURE)
    return int(number) if where.startswith(_PICTURE) and number.isdigit() else None


def _assets(session: Session, case: Case) -> dict[str, int]:
    """The numbers of the references that the evidence names, by their paths."""
    paths = {one.what["asset"] for one in case.evidence if one.what.get("asset")}
    if not paths or case.brand_id is None:
        return {}
    named = select(Asset.path, Asset.id).where(Asset.brand_id == case.brand_id, Asset.path.in_(paths))
    numbers: dict[str, int] = dict(session.execute(named).all())
    return numbers


def _against_floor(listing: Listing, brand: Brand | None) -> AgainstFloor | None:
    price = listing.price
    if price is None:
        return None
    said = f"{price.amount:,.2f} {price.currency}"
    if brand is None:
        return AgainstFloor(said, None, None)
    amount, currency = _of_category(listing, brand) or (brand.floor_amount, brand.floor_currency)
    try:
        floor = Decimal(amount or "")
    except InvalidOperation:
        return AgainstFloor(said, None, None)
    same = currency == price.currency and floor > 0
    below = float(1 - price.amount / floor) if same else None
    return AgainstFloor(said, f"{floor:,.2f} {currency}", below)


def _of_category(listing: Listing, brand: Brand) -> tuple[str, str] | None:
    """What the owner says that goods of this listing's category cost at least, and in which currency."""
    floors = [
        CategoryFloor(
            category=one.category,
            condition="used" if one.condition == "used" else "new",
            price_floor=Price(amount=Decimal(one.floor_amount), currency=one.floor_currency),
        )
        for one in brand.category_floors
    ]
    floor = category_floor(floors, listing)
    return None if floor is None else (str(floor.said.amount), floor.said.currency)


def _past(session: Session, viewer: Viewer, place: Queued) -> Sequence[Decision]:
    """What was decided before: nothing, where a second person is to look without knowing it."""
    rows = session.scalars(select(Decision).where(Decision.case_id == place.case_id).order_by(Decision.id))
    return [one for one in rows if place.stage != Stage.SECOND or one.who == viewer.name]


def _goes_out(session: Session, place: Queued) -> int | None:
    if place.stage != Stage.DONE:
        return None
    return session.scalar(
        select(Decision.id).where(
            Decision.case_id == place.case_id, Decision.outcome == Outcome.CONFIRMED, Decision.stands()
        )
    )


def _seller(session: Session, place: Queued) -> Mapping[str, int]:
    """How many other cases of the same seller ended how, and how many are open."""
    if place.seller is None:
        return {}
    others = (
        select(Queued.case_id, Queued.stage)
        .where(Queued.seller == place.seller, Queued.case_id != place.case_id)
        .order_by(Queued.case_id.desc())
        .limit(_MOST_OF_SELLER)
        .subquery()
    )
    outcomes = session.execute(
        select(others.c.stage, Decision.outcome)
        .select_from(others)
        .outerjoin(Decision, (Decision.case_id == others.c.case_id) & Decision.stands())
    )
    counted = Counter("open" if stage != Stage.DONE else Outcome(outcome) for stage, outcome in outcomes)
    return dict(sorted(counted.items()))
