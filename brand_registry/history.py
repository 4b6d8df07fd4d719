"""What happened to a brand, so that a person can read it: who, when, what it was before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.changes import Change
from brand_registry.tables import Brand

WORDS: Mapping[str, str] = {
    "brands": "brand",
    "aliases": "alias",
    "marks": "mark",
    "assets": "picture",
    "authorised_sellers": "authorised seller",
    "licensees": "licensee",
    "products": "product",
    "certification_marks": "certification mark",
    "allow": "exception",
    "policies": "rule",
    "thresholds": "threshold",
    "category_floors": "price of a category",
}
"""What a row of each table is called."""
_NAMED_BY = ("text", "name", "path", "value", "category", "seller_id", "reason")
_UNSAID = frozenset(
    {"id", "brand_id", "owner_id", "position", "extra", "sha256", "gtin14", "script", "derived_from"}
)


@dataclass(frozen=True, slots=True)
class Was:
    """A field, and what it held before; None is nothing."""

    field: str
    before: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done: to a `thing` of which kind, and by which name where that is known."""

    did: str
    thing: str
    name: str | None
    was: tuple[Was, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """All that one person changed at one moment."""

    number: int
    at: datetime
    who: str
    steps: tuple[Step, ...]


def history(session: Session, brand: Brand, before: int | None = None, most: int = 50) -> list[Past]:
    """The latest changes of a brand, or those before the one with a number."""
    wanted = select(Change).where(Change.brand_id == brand.id).order_by(Change.id.desc()).limit(most)
    if before is not None:
        wanted = wanted.where(Change.id < before)
    names = _names(brand)
    told = []
    for _, rows in groupby(session.scalars(wanted), key=lambda one: one.revision):
        written = list(rows)[::-1]
        steps = [step for one in written for step in _steps(one.what, names)]
        told.append(Past(written[0].id, written[0].at, written[0].who, tuple(steps)))
    return told


def _names(brand: Brand) -> dict[tuple[str, int], str]:
    """What the rows that are there now are called."""
    names = {("brands", brand.id): brand.name}
    for table in WORDS:
        for row in getattr(brand, table, ()):
            names[table, row.id] = _called(row.__dict__) or ""
    return names


def _steps(what: list[dict[str, Any]], names: Mapping[tuple[str, int], str]) -> Iterator[Step]:
    for entry in what:
        before: dict[str, Any] = entry.get("before", {})
        name = names.get((entry["table"], entry["row"])) or _called(before)
        told = tuple(
            Was(field.replace("_", " "), _said(value))
            for field, value in before.items()
            if field not in _UNSAID and (entry["did"] == "changed" or value not in (None, "", [], {}, False))
        )
        if entry["did"] != "changed" or told:
            yield Step(entry["did"], WORDS.get(entry["table"], entry["table"]), name, told)


def _called(row: Mapping[str, Any]) -> str | None:
    return next((str(row[field]) for field in _NAMED_BY if row.get(field)), None)


def _said(value: Any) -> str | None:
    if value in (None, "", [], {}):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    return str(value)
