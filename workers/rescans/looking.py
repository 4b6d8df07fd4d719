"""Through a part of a rescan a handful at a time: which versions of listings are to be judged again.

What lies in a shard is scanned there, all else comes from the database: which of the two changes nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from brand_registry.snapshots.manifest import revision_in
from review.tables import Case, CaseState, Listing, ListingVersion, current_versions
from storage.blobs import Blobs
from workers.graph.tables import Item, Picture, Shown, State
from workers.rescans.affected import Affected
from workers.rescans.focus import Focus
from workers.shards.content import Looks, Texts
from workers.shards.listed import next_from
from workers.shards.opening import OpenShards
from workers.shards.rows import looks_between, texts_between
from workers.shards.tables import Holds

OF_A_SHARD, TEXTS_OF_THE_DATABASE, LOOKS_OF_THE_DATABASE = 10_000, 500, 50
"""Rows that are looked at together: between two handfuls a rescan can be halted."""
_WAITING = (State.BLOCKED, State.WAITING, State.WORKING)


@dataclass(frozen=True, slots=True)
class Handful:
    """Of the rows after a cursor: how many there were, which versions of listings are to be judged again, how
    many of those wait for their first judgement, and the cursor after them.
    """

    rows: int
    versions: Sequence[int]
    left: int
    cursor: int


class Looking:
    """Of one process."""

    def __init__(self, blobs: Blobs, opened: OpenShards) -> None:
        self._blobs, self._opened, self._affected = blobs, opened, Affected()

    def next(
        self, session: Session, holds: Holds, after: int, last: int, focus: Focus, *, most: int | None = None,
        judged_before: int | None = None, own: Collection[int] = (),
    ) -> Handful:  # fmt: skip
        """The next ones up to `last`, at most so many rows; `own` are the numbers of the rescans.
        `judged_before` leaves out what was judged with that revision of the registry or a later one; what
        waits to be judged will be, with the newest.
        """
        if holds == Holds.LOOKS:
            rows, cursor = self._looks(session, after, last, most)
            suspects = _without_cases(session, _showing(session, focus.suspected(rows)), focus)
            count = len(rows)
        elif focus.brands is None:
            limit = min(most or TEXTS_OF_THE_DATABASE, TEXTS_OF_THE_DATABASE)
            every = list(session.scalars(_current(after, last).limit(limit)))
            count, cursor = len(every), last if len(every) < limit else every[-1]
            suspects = self._affected.of(session, every, focus.judge.versions)
        else:
            texts, cursor = self._texts(session, after, last, most)
            found = set(focus.mentioned(texts)) | _having_cases(session, after, cursor, focus, own)
            suspects, count = sorted(found), len(texts)
        waits = _waiting(session, suspects)
        known = set() if judged_before is None else _judged_since(session, suspects, judged_before)
        return Handful(count, [one for one in suspects if one not in waits | known], len(waits), cursor)

    def _texts(self, session: Session, after: int, last: int, most: int | None) -> tuple[Texts, int]:
        content, until = self._sealed(session, Holds.TEXTS, after, last)
        if isinstance(content, Texts):
            start, stop = _part(content, after, until, min(most or OF_A_SHARD, OF_A_SHARD))
            rows = Texts(content.ids[start:stop], content.texts[start:stop])
            return rows, _cursor(content, stop, until)
        limit = min(most or TEXTS_OF_THE_DATABASE, TEXTS_OF_THE_DATABASE)
        rows = texts_between(session, after + 1, until, limit)
        return rows, until if len(rows) < limit else int(rows.ids[-1])

    def _looks(self, session: Session, after: int, last: int, most: int | None) -> tuple[Looks, int]:
        content, until = self._sealed(session, Holds.LOOKS, after, last)
        if isinstance(content, Looks):
            start, stop = _part(content, after, until, min(most or OF_A_SHARD, OF_A_SHARD))
            return content.between(start, stop), _cursor(content, stop, until)
        limit = min(most or LOOKS_OF_THE_DATABASE, LOOKS_OF_THE_DATABASE)
        until = min(until, after + limit)
        return looks_between(session, self._blobs, after + 1, until), until

    def _sealed(
        self, session: Session, holds: Holds, after: int, last: int
    ) -> tuple[Texts | Looks | None, int]:
        """What the shard holds that covers the row after the cursor, if there is one, and how far to go."""
        shard = next_from(session, holds, after + 1)
        if shard is None:
            return None, last
        if shard.first > after + 1:
            return None, min(last, shard.first - 1)
        return self._opened.content(shard), min(last, shard.last)


def _part(content: Texts | Looks, after: int, until: int, most: int) -> tuple[int, int]:
    start, stop = content.ids.searchsorted([after, until], side="right")
    return int(start), min(int(stop), int(start) + most)


def _cursor(content: Texts | Looks, stop: int, until: int) -> int:
    """`until` where nothing more lies before it, else the last row that was taken."""
    more = stop < len(content) and int(content.ids[stop]) <= until
    return int(content.ids[stop - 1]) if more else until


def _current(after: int, last: int) -> Select[int]:
    between = (ListingVersion.id > after) & (ListingVersion.id <= last)
    return current_versions().where(between).order_by(ListingVersion.id)


def _showing(session: Session, sha256s: Sequence[str]) -> list[int]:
    """The current versions that show one of these pictures."""
    shows = (
        current_versions()
        .join(Shown, Shown.version_id == ListingVersion.id)
        .join(Picture, Picture.id == Shown.picture_id)
        .where(Picture.sha256.in_(sha256s))
    )
    return sorted(set(session.scalars(shows))) if sha256s else []


def _without_cases(session: Session, versions: Sequence[int], focus: Focus) -> list[int]:
    """Those whose listings have not got open cases of all the brands: what has is judged for these."""
    brands = focus.brands or frozenset()
    having = (
        select(ListingVersion.id)
        .join(Case, Case.listing_id == ListingVersion.listing_id)
        .where(ListingVersion.id.in_(versions), Case.state == CaseState.OPEN, Case.brand.in_(brands))
        .group_by(ListingVersion.id)
        .having(func.count() == len(brands))
    )
    known = set(session.scalars(having)) if versions else set()
    return [one for one in versions if one not in known]


def _having_cases(session: Session, after: int, last: int, focus: Focus, own: Collection[int]) -> set[int]:
    """Versions of listings with open cases of the brands that the change may have cleared: not those that the
    rescans themselves opened.
    """
    open_ones = _current(after, last).join(Case, Case.listing_id == Listing.id)
    wanted = open_ones.where(
        Case.state == CaseState.OPEN, Case.brand.in_(focus.brands or ()),
        or_(Case.rescan.is_(None), Case.rescan.not_in(own)),
    )  # fmt: skip
    return set(session.scalars(wanted))


def _waiting(session: Session, versions: Sequence[int]) -> set[int]:
    waits = select(Item.version_id).where(
        Item.version_id.in_(versions), Item.step != "case", Item.state.in_(_WAITING)
    )
    return set(session.scalars(waits)) if versions else set()


def _judged_since(session: Session, versions: Sequence[int], revision: int) -> set[int]:
    rows = session.execute(
        select(Item.version_id, Item.result).where(Item.version_id.in_(versions), Item.result.is_not(None))
    )
    return {version for version, result in rows if result and _revision_in(result) >= revision}


def _revision_in(result: str) -> int:
    said: Any = orjson.loads(result)
    return revision_in(said.get("versions", {}).get("registry"))
