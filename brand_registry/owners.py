"""Owners a page at a time, and new ones."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, Viewer, refuse_unless, visible_owners
from brand_registry.people import Owner
from detector.errors import DetectorError


class OwnerRefused(DetectorError):
    """An owner that can't be added as it was given."""


def owners_page(
    session: Session, viewer: Viewer, *, words: str = "", after: str = "", most: int = 50
) -> tuple[Sequence[Owner], str | None]:
    """Those whom the viewer may know of, by their keys, and where the next page begins."""
    wanted = visible_owners(viewer).where(Owner.key > after)
    if words:
        wanted = wanted.where(
            Owner.key.icontains(words, autoescape=True) | Owner.name.icontains(words, autoescape=True)
        )
    found = session.scalars(wanted.order_by(Owner.key).limit(most + 1)).all()
    return found[:most], found[most - 1].key if len(found) > most else None


def add_owner(session: Session, viewer: Viewer, key: str, name: str) -> Owner:
    """A new owner, whom nobody has verified yet. Raises `NotAllowed` and `OwnerRefused`."""
    refuse_unless(viewer, Deed.APPROVE_OWNERS)
    key, name = key.strip().lower(), name.strip()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,99}", key):
        raise OwnerRefused(
            "a key stands in addresses: small letters, digits, points and hyphens, 100 at most"
        )
    if not 0 < len(name) <= 200:
        raise OwnerRefused("a name has 200 characters at most, and one at least")
    if session.scalar(select(Owner.id).where(Owner.key == key)) is not None:
        raise OwnerRefused(f"there is an owner with the key {key} already")
    session.add(owner := Owner(key=key, name=name))
    session.flush()
    return owner
