"""Brands a page at a time, found by words: as fast on the last page of a hundred thousand as on the first."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import false, func, select, tuple_
from sqlalchemy.orm import Session

from brand_registry.access import Viewer, owner_of, visible_brands
from brand_registry.people import Owner
from brand_registry.stored import public_id
from brand_registry.tables import Brand
from brand_registry.words import named_by
from detector.errors import NamesNothing

MOST = 200
"""Brands of one page."""


class BadCursor(NamesNothing):
    """A place to go on from that no page gave."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A brand in a list."""

    id: str
    owner: str
    owner_name: str
    key: str
    name: str
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some brands in the order of their names; `after` is where the next page begins, None on the last."""

    brands: tuple[Listed, ...]
    after: str | None


def brands_page(
    session: Session, viewer: Viewer, *,
    words: str = "", state: str | None = None, owner: str | None = None,
    after: str | None = None, most: int = 50,
) -> Page:  # fmt: skip
    """The brands that a viewer may see, of which each word begins one of theirs (`words`); `owner` is a key.

    Raises `BadCursor` where `after` was not given by a page, and `NotThere` where there is no such owner.
    """
    most = min(max(most, 1), MOST)
    # What decides lies in an index whole: only the brands that are shown are looked up.
    wanted = visible_brands(viewer).with_only_columns(Brand.id)
    if state is not None:
        wanted = wanted.where(Brand.state == state)
    if owner is not None:
        wanted = wanted.where(Brand.owner_id == owner_of(session, viewer, owner).id)
    if words.strip():
        named = named_by(words)
        wanted = wanted.where(*(Brand.id.in_(those) for those in named) if named else (false(),))
    if after is not None:
        wanted = wanted.where(tuple_(Brand.name, Brand.id) > tuple_(*_place(after)))
    numbers = session.scalars(wanted.order_by(Brand.name, Brand.id).limit(most + 1)).all()
    rows = session.execute(
        select(Brand.id, Owner.key, Owner.name, Brand.key, Brand.name, Brand.state, Brand.version)
        .join(Owner, Owner.id == Brand.owner_id)
        .where(Brand.id.in_(numbers[:most]))
        .order_by(Brand.name, Brand.id)
    ).all()
    brands = tuple(Listed(public_id(row[1], row[3]), *row[1:]) for row in rows)
    more = len(numbers) > most
    return Page(brands, cursor_at(rows[-1][4], rows[-1][0]) if more and rows else None)


def counts(session: Session, viewer: Viewer) -> Mapping[str, int]:
    """How many of a viewer's brands are in each state; states without any are left out."""
    of = visible_brands(viewer).with_only_columns(Brand.state, func.count()).group_by(Brand.state)
    found: dict[str, int] = dict(session.execute(of).all())
    return found


def cursor_at(name: str, number: int) -> str:
    """The place behind the brand with a name and a row's number."""
    return base64.urlsafe_b64encode(orjson.dumps([name, number])).decode().rstrip("=")


def _place(cursor: str) -> tuple[str, int]:
    try:
        place = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        place = None
    match place:
        case [str(name), int(number)] if abs(number) < 2**63 and "\0" not in name:
            return name, number
    raise BadCursor("the place to go on from is none that a page gave; begin at the first page")
