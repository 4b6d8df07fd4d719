"""Which listings a rule, a weight or a threshold that changed can touch, by what was said of them last.

A listing in which nothing was found, by the same detector that would look now, has nothing that could weigh
more or less. It stays what it was, unless the registry is another one since: so it is left alone only where
it names none of the brands that changed, and none of which something may be found that results don't tell.

| judged again | because |
| --- | --- |
| what was never judged, or with another detector or other settings of what reads | anything may be found |
| what has a case in its last result, however slight, or an open one | it may weigh more or less |
| what could not be read in whole | it may be by now |
| what names a brand that changed since, as it is called now or was | it is found, or hides another no more |
| what names one in shadow, or with rules or marks that begin or end by themselves | results don't show it |
| what shows pictures, where there is any such brand | they would have to be looked at to tell |
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from brand_registry.changes import Change
from brand_registry.snapshots.manifest import revision_in
from brand_registry.states import JUDGED, BrandState
from brand_registry.tables import Alias, Allowed, Brand, Mark, Policy
from detector.brand import Brand as Named
from detector.result import Verdict
from review.tables import Case, CaseState, ListingVersion
from workers.graph.tables import Item, Shown
from workers.judges import finds_the_same
from workers.rescans.naming import Names
from workers.shards.rows import texts_of_versions

_NAMING = {Brand.__tablename__: "name", Alias.__tablename__: "text", Mark.__tablename__: "text"}


class Affected:
    """Of one process: the names that it looked for last are kept, as far as they will do."""

    def __init__(self) -> None:
        self._watched: frozenset[str] = frozenset()
        self._names = Names(())

    def of(self, session: Session, versions: Sequence[int], makers: Mapping[str, str]) -> list[int]:
        """Those of some versions of listings that have to be judged again, by a judge that calls itself and
        all else that decides a result as `makers` says.
        """
        said = _said_last(session, versions)
        since = {
            version: revision_in(result["versions"].get("registry"))
            for version, result in said.items()
            if not _tells_something(result) and finds_the_same(result["versions"], makers)
        }
        quiet = set(since) - _with_open_cases(session, list(since))
        if quiet:
            names = self._watch(session, min(since[version] for version in quiet))
            quiet -= _pictured(session, list(quiet)) if names else set()
            said_there = texts_of_versions(session, sorted(quiet) if names else [])
            quiet -= {
                int(version)
                for version, texts in zip(said_there.ids, said_there.texts, strict=True)
                if names.stand_in(texts)
            }
        return [version for version in versions if version not in quiet]

    def _watch(self, session: Session, revision: int) -> Names:
        """Names of all brands of which something may be found that a result of that revision doesn't tell.
        What was kept serves where it holds these and more: versions come by their age, so that there are
        fewer and fewer.
        """
        wanted = frozenset(_names_to_watch(session, revision))
        if not wanted <= self._watched:
            brands = [Named(id=f"{n}", name=name) for n, name in enumerate(sorted(wanted))]
            self._watched, self._names = wanted, Names(brands)
        return self._names if wanted else Names(())


def _said_last(session: Session, versions: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = session.execute(
        select(Item.version_id, Item.result)
        .where(Item.version_id.in_(versions), Item.result.is_not(None))
        .order_by(Item.id)
    )
    latest = {row.version_id: row.result for row in rows}
    return {version: orjson.loads(result) for version, result in latest.items()}


def _tells_something(result: Mapping[str, Any]) -> bool:
    return bool(result["cases"] or result["missing"]) or result["verdict"] != Verdict.CLEAR


def _with_open_cases(session: Session, versions: Sequence[int]) -> set[int]:
    having = (
        select(ListingVersion.id)
        .join(Case, Case.listing_id == ListingVersion.listing_id)
        .where(ListingVersion.id.in_(versions), Case.state == CaseState.OPEN)
    )
    return set(session.scalars(having)) if versions else set()


def _pictured(session: Session, versions: Sequence[int]) -> set[int]:
    return set(session.scalars(select(Shown.version_id).where(Shown.version_id.in_(versions))))


def _names_to_watch(session: Session, revision: int) -> Iterator[str]:
    watched = select(Brand.id).where(or_(Brand.revision > revision, Brand.state.in_(JUDGED) & _hidden()))
    yield from session.scalars(select(Brand.name).where(Brand.id.in_(watched)))
    for kind in (Alias, Mark):
        yield from session.scalars(select(kind.text).where(kind.brand_id.in_(watched)))
    past = select(Change.what).where(Change.revision > revision, Change.brand_id.is_not(None))
    for what in session.scalars(past):
        for one in what:
            column = _NAMING.get(one["table"])
            if column is not None and (name := one.get("before", {}).get(column)):
                yield name


def _hidden() -> ColumnElement[bool]:
    """Brands of which results may not tell what is found, or of which more is found on another day."""
    return or_(
        Brand.state == BrandState.SHADOW,
        Brand.id.in_(select(Policy.brand_id).where(Policy.mode == "shadow")),
        Brand.id.in_(select(Allowed.brand_id).where(Allowed.until.is_not(None))),
        Brand.id.in_(select(Mark.brand_id).where(or_(Mark.since.is_not(None), Mark.until.is_not(None)))),
    )
