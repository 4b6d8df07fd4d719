"""Records into the registry's rows: what is the same stays untouched, so that its history tells changes
alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import object_session

from brand_registry import tables
from brand_registry.gtin import gtin14
from brand_registry.record import Record, picture_paths
from brand_registry.scripts import script_of
from brand_registry.states import AssetState
from detector.brand import Price
from storage.database import Base

Row = dict[str, Any]

_TABLES: dict[str, type[tables.OfBrand]] = {
    "aliases": tables.Alias,
    "marks": tables.Mark,
    "assets": tables.Asset,
    "authorised_sellers": tables.Seller,
    "licensees": tables.Licensee,
    "products": tables.Product,
    "certification_marks": tables.CertificationMark,
    "allow": tables.Allowed,
    "policies": tables.Policy,
    "thresholds": tables.Threshold,
    "category_floors": tables.CategoryFloor,
}
_KNOWN_BY = {
    "marks": ("text", "registration_number"),
    "assets": ("kind", "path"),
    "authorised_sellers": ("marketplace", "seller_id", "name"),
    "licensees": ("name",),
    "allow": ("scope", "value", "marketplace"),
    "policies": ("reason",),
    "thresholds": ("scope", "value", "reason"),
    "category_floors": ("category", "condition"),
}
"""By which columns a row is the one that was there before; else by its text, or a product by its number."""


def store(brand: tables.Brand, record: Record, pictures: Mapping[str, str]) -> bool:
    """Makes a brand's rows say what the record says, and returns whether anything changed.

    `pictures` gives the sha256 of each path that the record names. A picture that holds something else than
    before begins again as uploaded.
    """
    session = object_session(brand)
    # Half of it written at the first look at a list would be two versions and two changes in the history.
    with session.no_autoflush if session else nullcontext():
        changed = _set(brand, own_columns(record))
        for table, wanted in part_rows(record, pictures).items():
            changed |= _sync(brand, table, wanted)
    return changed


def own_columns(record: Record) -> Row:
    """Those of the brand's own row that the record tells."""
    floor = _floor(record.price_floor)
    return {"name": record.name, "categories": list(record.categories), "extra": _extra(record), **floor}


def part_rows(record: Record, pictures: Mapping[str, str]) -> dict[str, list[Row]]:
    """By table, the rows of what belongs to the brand, in their order."""
    return {
        "aliases": [{"text": alias} for alias in record.aliases],
        "marks": [
            one.model_dump(exclude={"classes", "territories", *(one.model_extra or ())})
            | {"classes": list(one.classes), "territories": list(one.territories)}
            | {"script": script_of(one.text), "extra": _extra(one)}
            for one in record.marks
        ],
        "assets": [
            {"kind": kind.value, "product_position": product, "path": path, "sha256": pictures[path]}
            for kind, product, path in picture_paths(record)
        ],
        "authorised_sellers": [_plain(one) for one in record.authorised_sellers],
        "licensees": [
            {"name": one.name, "licensed": one.brand, "until": one.until, "extra": _extra(one)}
            for one in record.licensees
        ],
        "products": [
            {
                "name": one.name,
                "sku": one.sku,
                "gtin": one.gtin,
                "gtin14": one.gtin and gtin14(one.gtin),
                "attributes": dict(one.attributes),
                "serial_pattern": one.serial_pattern,
                "extra": _extra(one),
                **_floor(one.price_floor),
            }
            for one in record.products
        ],
        "category_floors": [
            {"category": one.category, "condition": one.condition, "extra": _extra(one)}
            | _floor(one.price_floor)
            for one in record.category_floors
        ],
        "certification_marks": [{"text": one} for one in record.certification_marks],
        "allow": [_plain(one) for one in record.allow],
        "policies": [_plain(one) | {"reason": one.reason.value} for one in record.policies],
        "thresholds": [
            _plain(one) | {"reason": one.reason and one.reason.value} for one in record.thresholds
        ],
    }


def _sync(brand: tables.Brand, table: str, wanted: Sequence[Row]) -> bool:
    there = getattr(brand, table)
    if not there and not wanted:
        return False
    before: dict[Any, list[Any]] = defaultdict(list)
    for row in there:
        before[_known_by(table, row.__dict__)].append(row)
    same = [rows.pop(0) if (rows := before[_known_by(table, columns)]) else None for columns in wanted]
    # What now stands where something else stood is that, changed: its history goes on.
    left = {row.position: row for rows in before.values() for row in rows if table != "assets"}
    changed, now = False, []
    for position, (columns, known) in enumerate(zip(wanted, same, strict=True)):
        row = known or left.pop(position, None) or _TABLES[table]()
        anew: Row = {}
        if isinstance(row, tables.Asset) and row.sha256 != columns["sha256"]:
            anew = {"state": AssetState.UPLOADED.value, "why": None}
        changed |= _set(row, columns | anew | {"position": position})
        now.append(row)
    if now != there:
        setattr(brand, table, now)
        changed = True
    return changed


def _known_by(table: str, columns: Mapping[str, Any]) -> tuple[Any, ...]:
    if table == "products":
        return (columns["sku"] or columns["gtin"] or columns["name"],)
    return tuple(columns[name] for name in _KNOWN_BY.get(table, ("text",)))


def _set(row: Base | tables.OfBrand, columns: Row) -> bool:
    changed = False
    for name, value in columns.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


def _floor(price: Price | None) -> Row:
    if price is None:
        return {"floor_amount": None, "floor_currency": None}
    return {"floor_amount": str(price.amount), "floor_currency": price.currency}


def _plain(one: BaseModel) -> Row:
    return one.model_dump(exclude=set(one.model_extra or ())) | {"extra": _extra(one)}


def _extra(one: BaseModel) -> Row:
    return dict(one.model_extra or {})
