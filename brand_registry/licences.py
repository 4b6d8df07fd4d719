"""Licences among one owner's brands, which never go in a circle."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.people import Owner
from brand_registry.tables import Brand, Licensee

Licensed = Mapping[str, frozenset[str]]
"""By a brand's key the keys of those that it has licensed to."""


def licences_of(session: Session, owner: Owner) -> dict[str, frozenset[str]]:
    """Those of an owner's brands that have any."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = session.execute(
        select(Brand.key, Licensee.licensed)
        .join(Brand, Brand.id == Licensee.brand_id)
        .where(Brand.owner_id == owner.id, Licensee.licensed.is_not(None))
    )
    for key, licensed in rows:
        found[key].add(str(licensed))
    return {key: frozenset(licensed) for key, licensed in found.items()}


def circle(licences: Licensed, brand: str, licensed: frozenset[str]) -> list[str]:
    """The way from a brand back to itself, if it licensed to those; empty where there is none."""
    ways = [[brand, one] for one in sorted(licensed)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        if way[-1] == brand:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, one] for one in sorted(licences.get(way[-1], ()))]
    return []
