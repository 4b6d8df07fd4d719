"""Through a part of a rescan a handful at a time: which versions of listings are to be judged again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from review.tables import Listing, ListingVersion
from workers.graph.tables import Item, State

HANDFUL = 200
"""Versions that are looked at together."""
_WAITING = (State.BLOCKED, State.WAITING, State.WORKING)
_REVISION = re.compile(r"r(\d+)-")


@dataclass(frozen=True, slots=True)
class Handful:
    """Of the listings' versions after a cursor: how many are current, which of these are to be looked at, how
    many wait for their first judgement, and the cursor after them.
    """

    listings: int
    versions: Sequence[int]
    left: int
    cursor: int


def next_handful(
    session: Session, after: int, last: int, most: int = HANDFUL, *, judged_before: int | None = None
) -> Handful:
    """The next ones. `judged_before` leaves out what was judged with that revision of the registry or a later
    one; what waits to be judged will be, with the newest.
    """
    current = session.scalars(
        select(ListingVersion.id)
        .join(Listing, Listing.id == ListingVersion.listing_id)
        .where(ListingVersion.id > after, ListingVersion.id <= last)
        .where(ListingVersion.number == Listing.version)
        .order_by(ListingVersion.id)
        .limit(most)
    ).all()
    if not current:
        return Handful(0, (), 0, last)
    waits = set(
        session.scalars(
            select(Item.version_id).where(
                Item.version_id.in_(current), Item.step == "judge", Item.state.in_(_WAITING)
            )
        )
    )
    known = set() if judged_before is None else _judged_since(session, current, judged_before)
    wanted = [one for one in current if one not in waits and one not in known]
    return Handful(len(current), wanted, len(waits), last if len(current) < most else current[-1])


def revision_of(registry: str | None) -> int:
    """The revision of the registry that a snapshot of this name holds; -1 for what is no snapshot's name."""
    found = _REVISION.match(registry or "")
    return int(found[1]) if found else -1


def _judged_since(session: Session, versions: Sequence[int], revision: int) -> set[int]:
    rows = session.execute(
        select(Item.version_id, Item.result).where(Item.version_id.in_(versions), Item.result.is_not(None))
    )
    return {version for version, result in rows if result and _revision_in(result) >= revision}


def _revision_in(result: str) -> int:
    said: Any = orjson.loads(result)
    return revision_of(said.get("versions", {}).get("registry"))
