"""A brand changed by hand: a part of it at a time, checked as a whole, and never over somebody else's change.

What is shown to be changed goes out with a digest of itself, and comes back with it. So two people who change
different things of one brand don't hinder each other, and of two who change the same the second is told.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from anyascii import anyascii
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, object_session

from brand_registry.access import Deed, Viewer, brand_to_change, owner_of, refuse_unless
from brand_registry.checks import problems
from brand_registry.licences import circle, licences_of
from brand_registry.record import Record, picture_paths
from brand_registry.states import BrandState
from brand_registry.stored import Stored, stored
from brand_registry.storing import store
from brand_registry.tables import Brand
from detector.errors import DetectorError
from detector.problems import by_place
from storage.errors import ChangedMeanwhile

Fields = dict[str, Any]
PARTS = ("marks", "authorised_sellers", "licensees", "products", "allow", "thresholds", "category_floors")
"""What a brand has many of, each to be changed by itself."""

_CHANGED = (
    "somebody else changed this in the meantime, and what is there now is not what you saw; look at both and "
    "save again what you want to keep"
)


class NotAccepted(DetectorError):
    """What was typed can't be kept. `said` has a clause by each place (`marks.0.text`), '' where it is of the
    whole.
    """

    def __init__(self, said: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{place} {clause}".strip() for place, clause in said.items()))
        self.said = said


@dataclass(frozen=True, slots=True)
class Item:
    """One of a part's: `number` is its row, `fields` as in a brand's JSON."""

    number: int
    fields: Fields

    @property
    def digest(self) -> str:
        return digest(self.fields)


def digest(shown: Any) -> str:
    """Short, and another for anything else that might be shown."""
    return hashlib.sha256(orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def stored_brand(session: Session, brand: Brand) -> Stored:
    """The brand with its record."""
    return next(stored(session, select(Brand).where(Brand.id == brand.id)))


def as_json(record: Record) -> Fields:
    """The record as its JSON has it, without what was not given."""
    dumped: Fields = record.model_dump(mode="json", exclude_defaults=True)
    return dumped


def register(session: Session, viewer: Viewer, owner: str, fields: Fields) -> Brand:
    """A new brand, a draft, from a brand's JSON; without an id it gets one from its name.

    Raises `NotThere` where the viewer has no such owner, `NotAllowed` and `NotAccepted`.
    """
    of = owner_of(session, viewer, owner)
    refuse_unless(viewer, Deed.CHANGE_BRANDS, of.id)
    taken = set(session.scalars(select(Brand.key).where(Brand.owner_id == of.id, _like_key(fields))))
    if not fields.get("id"):
        fields = fields | {"id": _new_key(str(fields.get("name", "")), taken)}
    record = _accepted(fields)
    if record.id in taken:
        raise NotAccepted(_taken(record.id))
    if record.logos or record.images or any(one.images for one in record.products):
        raise NotAccepted(
            {"logos": "and other pictures are uploaded, once the brand is there; leave them out"}
        )
    brand = Brand(owner=of, key=record.id, state=BrandState.DRAFT)
    session.add(brand)
    store(brand, record, {})
    try:
        session.flush()
    except IntegrityError:  # somebody else was faster by a moment
        raise NotAccepted(_taken(record.id)) from None
    return brand


def change(
    session: Session, viewer: Viewer, public_id: str, fields: Fields,
    *, version: int | None = None, was: str | None = None,
) -> Brand:  # fmt: skip
    """Puts each of the `fields` of a brand's JSON in the place of what is there; None takes one out.

    `version` is the brand's that the change was made on, `was` the digest of the same fields then. Raises
    `NotThere`, `ChangedMeanwhile` and `NotAccepted`: nothing is changed then.
    """
    brand = brand_to_change(session, viewer, public_id, version)
    now = as_json(stored_brand(session, brand).record)
    if was is not None and digest(shown(now, fields)) != was:
        raise ChangedMeanwhile(_CHANGED)
    _keep(brand, _with(now, fields))
    return brand


def shown(record: Fields, names: Mapping[str, Any]) -> Fields:
    """Of a brand's JSON the fields with these names: what a form of them shows."""
    return {name: record[name] for name in names if name in record}


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that a brand has many of, as a viewer changes it: `name` is one of `PARTS`,
    `deed` what they must be allowed to.
    """

    session: Session
    viewer: Viewer
    brand: str
    name: str
    deed: Deed = Deed.CHANGE_BRANDS

    def add(self, fields: Fields) -> Brand:
        """One more at the end. Raises `NotThere`, and `NotAccepted` with the places of its fields."""
        return self._with(len, fields)

    def change(self, number: int, fields: Fields, was: str | None = None) -> Brand:
        """The same of one that is there: fields that are not given stay as they are, and None takes one out.

        Raises `ChangedMeanwhile` too, where its digest is no longer `was`, or it is gone.
        """
        return self._with(lambda there: _at(there, number, was), fields)

    def remove(self, number: int, was: str | None = None) -> Brand:
        """Takes one out. Raises as `change` does."""
        return self._with(lambda there: _at(there, number, was), None)

    def _with(self, place: Callable[[list[Item]], int], fields: Fields | None) -> Brand:
        brand = brand_to_change(self.session, self.viewer, self.brand, deed=self.deed)
        now = as_json(stored_brand(self.session, brand).record)
        there = items(brand, now, self.name)
        at = place(there)
        given = [one.fields for one in there]
        given[at : at + 1] = [] if fields is None else [_with(given[at] if at < len(given) else {}, fields)]
        own = f"{self.name}.{at}"
        try:
            _keep(brand, now | {self.name: given})
        except NotAccepted as refused:
            said = {place.removeprefix(own).lstrip("."): clause for place, clause in refused.said.items()}
            raise NotAccepted(said) from None
        return brand


def items(brand: Brand, record: Fields, part: str) -> list[Item]:
    """A part's items in their order; `record` is the brand's JSON."""
    rows = getattr(brand, part)
    return [Item(row.id, fields) for row, fields in zip(rows, record.get(part, ()), strict=True)]


def _at(there: list[Item], number: int, was: str | None) -> int:
    at = next((place for place, one in enumerate(there) if one.number == number), None)
    if at is None:
        raise ChangedMeanwhile("this is no longer there: somebody else took it out in the meantime")
    if was is not None and there[at].digest != was:
        raise ChangedMeanwhile(_CHANGED)
    return at


def _with(now: Fields, fields: Fields) -> Fields:
    return {name: value for name, value in (now | fields).items() if value not in (None, "", [], {})}


def _keep(brand: Brand, fields: Fields) -> None:
    if fields.get("id") != brand.key:
        raise NotAccepted({"id": f"stays {brand.key!r}, as results name the brand by it"})
    record = _accepted(fields)
    _refuse_circles(brand, record)
    pictures = {asset.path: asset.sha256 for asset in brand.assets}
    unknown = next((path for *_, path in picture_paths(record) if path not in pictures), None)
    if unknown is not None:
        raise NotAccepted({"logos": f"name {unknown[:100]!r}, which was not uploaded; upload it first"})
    store(brand, record, pictures)


def _refuse_circles(brand: Brand, record: Record) -> None:
    licensed = frozenset(one.brand for one in record.licensees if one.brand)
    session = object_session(brand)
    if not licensed or session is None:
        return
    way = circle(licences_of(session, brand.owner), brand.key, licensed)
    if way:
        at = next(number for number, one in enumerate(record.licensees) if one.brand == way[1])
        said = f"makes the licences go in a circle: {' → '.join(way)}; leave out the one that is none"
        raise NotAccepted({f"licensees.{at}.brand": said})


def _accepted(fields: Fields) -> Record:
    try:
        record = Record.model_validate(fields)
    except ValidationError as error:
        raise NotAccepted(by_place(error)) from None
    said: dict[str, str] = {}
    for problem in problems(record):
        place, _, clause = problem.partition(" ")
        said.setdefault(place, clause)
    if said:
        raise NotAccepted(said)
    return record


def _taken(key: str) -> dict[str, str]:
    return {"id": f"is {key!r}, which another brand of yours has; choose another"}


def _like_key(fields: Fields) -> Any:
    return Brand.key.startswith(str(fields.get("id") or _slug(str(fields.get("name", "")))), autoescape=True)


def _new_key(name: str, taken: set[str]) -> str:
    key, number = _slug(name), 2
    while key in taken:
        key, number = f"{_slug(name)}-{number}", number + 1
    return key


def _slug(name: str) -> str:
    letters = "".join(char if char.isalnum() else "-" for char in anyascii(name).lower())
    return "-".join(part for part in letters[:60].split("-") if part) or "brand"
