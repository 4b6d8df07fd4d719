"""The registry's rows as records again, a hundred thousand brands in one go."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from brand_registry import tables
from brand_registry.people import HOUSE, Owner
from brand_registry.record import Record

_AT_A_TIME = 2_000
"""Brands whose rows are held at once."""

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A brand of the registry. `number` is its row; `pictures` the sha256 of what each of its paths holds,
    without those that are refused or retired.
    """

    number: int
    owner: str
    state: str
    record: Record
    pictures: Mapping[str, str]


def stored(session: Session, brands: Select[Any]) -> Iterator[Stored]:
    """The brands that a selection of `tables.Brand` gives (`access.visible_brands`), by their ids."""
    wanted = brands.with_only_columns(tables.Brand.id, maintain_column_froms=True).order_by(None)
    numbers = sorted(session.scalars(wanted))
    for start in range(0, len(numbers), _AT_A_TIME):
        yield from _some(session, numbers[start : start + _AT_A_TIME])


def public_id(owner: str, key: str) -> str:
    """What a brand is called in results: of the house's own by its id, of others with their owner before
    it."""
    return key if owner == HOUSE else f"{owner}/{key}"


def in_force(one: Stored, day: date) -> Stored:
    """The same without the marks that don't count on a day."""
    record = one.record.in_force(day)
    return one if record is one.record else replace(one, record=record)


def _some(session: Session, numbers: Sequence[int]) -> Iterator[Stored]:
    brand = tables.Brand.__table__.c
    heads = session.execute(
        select(*brand, Owner.key.label("owner"))
        .join(Owner, Owner.id == brand.owner_id)
        .where(_among(brand.id, numbers))
    ).mappings()
    parts = {kind.__tablename__: _by_brand(session, kind, numbers) for kind in _PARTS}
    asked = set(numbers)
    for head in sorted(heads, key=lambda row: row["id"]):
        if head["id"] in asked:
            yield _one(head, {name: rows.get(head["id"], ()) for name, rows in parts.items()})


_PARTS: tuple[Any, ...] = (
    tables.Alias, tables.Mark, tables.Asset, tables.Seller, tables.Licensee, tables.Product,
    tables.CertificationMark, tables.Allowed, tables.Policy, tables.Threshold,
    tables.CategoryFloor,
)  # fmt: skip


def _by_brand(session: Session, kind: Any, numbers: Sequence[int]) -> Mapping[int, Sequence[Row[Any]]]:
    columns = kind.__table__.c
    rows = session.execute(
        select(*columns).where(_among(columns.brand_id, numbers)).order_by(columns.brand_id, columns.position)
    )
    grouped: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row.brand_id].append(row)
    return grouped


def _among(column: ColumnElement[int], numbers: Sequence[int]) -> ColumnElement[bool]:
    # A range is told in two numbers; it may hold a few brands more than were asked for.
    if numbers[-1] - numbers[0] < 2 * len(numbers):
        return column.between(numbers[0], numbers[-1])
    return column.in_(numbers)


def _one(head: Any, parts: Mapping[str, Sequence[Any]]) -> Stored:
    pictures = [row for row in parts["assets"] if row.state not in {"refused", "retired"}]
    fields: Fields = {"id": head["key"], "name": head["name"], **head["extra"]}
    given: Fields = {
        "aliases": [row.text for row in parts["aliases"]],
        "marks": [_mark(row) for row in parts["marks"]],
        "categories": head["categories"],
        "logos": [row.path for row in parts["assets"] if row.kind == "logo"],
        "images": [row.path for row in parts["assets"] if row.kind == "image"],
        "authorised_sellers": [
            _given(row, "marketplace", "seller_id", "name") for row in parts["authorised_sellers"]
        ],
        "price_floor": _floor(head["floor_amount"], head["floor_currency"]),
        "products": [_product(row, number, parts["assets"]) for number, row in enumerate(parts["products"])],
        "certification_marks": [row.text for row in parts["certification_marks"]],
        "licensees": [
            _given(row, "name", "until") | ({"brand": row.licensed} if row.licensed else {})
            for row in parts["licensees"]
        ],
        "allow": [_given(row, "scope", "value", "marketplace", "until", "why") for row in parts["allow"]],
        "policies": [_given(row, "reason", "mode", "threshold") for row in parts["policies"]],
        "category_floors": [
            _given(row, "category", "condition")
            | {"price_floor": _floor(row.floor_amount, row.floor_currency)}
            for row in parts["category_floors"]
        ],
        "thresholds": [_given(row, "scope", "value", "reason", "threshold") for row in parts["thresholds"]],
    }
    record = Record.model_validate(fields | {name: value for name, value in given.items() if value})
    return Stored(
        head["id"], head["owner"], head["state"], record, {row.path: row.sha256 for row in pictures}
    )


def _mark(row: Any) -> Fields:
    names = (
        "text",
        "classes",
        "territories",
        "common_word",
        "registration_number",
        "holder",
        "since",
        "until",
    )
    return _given(row, *names)


def _product(row: Any, number: int, assets: Iterable[Any]) -> Fields:
    images = [asset.path for asset in assets if asset.kind == "product" and asset.product_position == number]
    fields = _given(row, "name", "sku", "gtin", "attributes", "serial_pattern")
    floor = _floor(row.floor_amount, row.floor_currency)
    return fields | ({"price_floor": floor} if floor else {}) | ({"images": images} if images else {})


def _given(row: Any, *names: str) -> Fields:
    """The columns that hold something, and what this program didn't know."""
    values: Fields = {name: getattr(row, name) for name in names}
    extra: Fields = row.extra
    return {name: value for name, value in values.items() if value not in (None, [], {}, False)} | extra


def _floor(amount: str | None, currency: str | None) -> Fields | None:
    return None if amount is None else {"amount": amount, "currency": currency}
