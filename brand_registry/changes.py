"""Who changed what, when, and what it was before: written by every flush, so that nobody can forget to.

A flush that changes a brand, or anything that belongs to it, also raises its version and the registry's
revision. The revision's row stays locked until the commit: revisions are committed in their order. Only
`adding` goes past the flush, and writes its history with what this module gives it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, event, insert, inspect, update
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, mapped_column
from sqlalchemy.orm.attributes import get_history

from brand_registry.people import OfOwner, Owner, Person, RoleHeld
from brand_registry.tables import Brand, OfBrand
from brand_registry.words import NAMING, keep_words
from storage.database import Base, Time

Entry = dict[str, Any]
"""What a change did to one row."""

_HIDDEN = frozenset({"password"})
_COUNTED = frozenset({"revision", "version"})
"""Columns that go with every change and tell nothing of it."""
_Whose = tuple[int | None, int | None]
"""An owner and a brand."""


class Registry(Base):
    """One row: the revision, which grows by one with each commit that changes anything of a brand."""

    __tablename__ = "registry"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]


class Change(Base):
    """What one flush changed of one brand, or of owners and people where `brand_id` is None.

    `what` is a list of `{"table", "row", "did": "added" | "changed" | "removed", "before": {column: value}}`;
    what was added had nothing before. Rows are only ever added; those of a brand outlive it.
    """

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Time)
    who: Mapped[str] = mapped_column(String(320))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id", ondelete="SET NULL"), index=True)
    brand_id: Mapped[int | None] = mapped_column(index=True)
    what: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


_FOLLOWED = (Brand, OfBrand, Owner, OfOwner, Person, RoleHeld)


class HistoryBypassed(Exception):
    """A statement that would change followed tables without their history; load the rows and change those."""


@event.listens_for(Session, "do_orm_execute")
def _refuse_to_bypass(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    changes = state.is_insert or state.is_update or state.is_delete
    if changes and mapper is not None and issubclass(mapper.class_, (*_FOLLOWED, Change)):
        raise HistoryBypassed(f"{mapper.class_.__name__} is changed by its objects alone")


@event.listens_for(Session, "before_flush")
def _touch(session: Session, _context: UOWTransaction, _objects: object) -> None:
    """Brands of which anything changes get the next revision, and with it their next version."""
    for one in session.dirty:
        if isinstance(one, OfBrand) and one.brand is None:  # taken out of its brand's list
            session.delete(one)
    touched = {brand for one, _ in _changed(session) if (brand := _brand_of(one)) is not None}
    if not touched:
        return
    revision = next_revision(session)
    for brand in touched.difference(session.deleted):
        brand.revision = revision


@event.listens_for(Session, "after_flush")
def _write(session: Session, _context: UOWTransaction) -> None:
    what: dict[_Whose, list[Entry]] = defaultdict(list)
    named: set[int] = set()
    for one, did in _changed(session):
        brand = _brand_of(one)
        if brand is not None and isinstance(one, NAMING) and brand not in session.deleted:
            named.add(brand.id)
        owner = (
            brand.owner_id if brand else one.id if isinstance(one, Owner) else getattr(one, "owner_id", None)
        )
        entry = _entry(one, did)
        if entry is not None:
            what[owner, brand.id if brand else None].append(entry)
    keep_words(session.connection(), named)
    if what:
        write_down(session, what)


def write_down(session: Session, what: Mapping[_Whose, Sequence[Entry]]) -> None:
    """Puts what was done into the history, by owner and brand."""
    revision = next_revision(session)
    common = {"revision": revision, "at": datetime.now(UTC), "who": session.info.get("who", "unknown")}
    session.connection().execute(
        insert(Change),
        [
            common | {"owner_id": owner, "brand_id": brand, "what": entries}
            for (owner, brand), entries in what.items()
        ],
    )


def added(table: str, row: int) -> Entry:
    """What was added had nothing before."""
    return {"table": table, "row": row, "did": "added"}


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("revision", None)


def next_revision(session: Session) -> int:
    """The revision of what the session changes; its row is locked from here to the commit."""
    if "revision" not in session.info:
        counted = update(Registry).values(revision=Registry.revision + 1).returning(Registry.revision)
        session.info["revision"] = session.connection().execute(counted).scalar_one()
    return int(session.info["revision"])


def _changed(session: Session) -> Iterator[tuple[Any, str]]:
    """Each followed object that a flush writes, and what it did to it."""
    modified = filter(session.is_modified, session.dirty)
    for did, those in (("added", session.new), ("changed", modified), ("removed", session.deleted)):
        yield from ((one, did) for one in those if isinstance(one, _FOLLOWED))


def _brand_of(one: object) -> Brand | None:
    if isinstance(one, OfBrand):
        # Of one taken out of its brand's list the brand is the one that it had.
        return one.brand or next(iter(get_history(one, "brand").deleted or ()), None)
    return one if isinstance(one, Brand) else None


def _entry(one: Any, did: str) -> Entry | None:
    about = inspect(one)
    table = about.mapper.local_table.name
    if did == "added":
        return added(table, one.id)
    before = {}
    for column in about.mapper.column_attrs:
        if column.key in _COUNTED or (
            did == "changed" and not (history := get_history(one, column.key)).has_changes()
        ):
            continue
        value = getattr(one, column.key) if did == "removed" else next(iter(history.deleted or ()), None)
        before[column.key] = "…" if column.key in _HIDDEN else _plain(value)
    return {"table": table, "row": one.id, "did": did, "before": before} if before else None


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | date):
        return str(value)
    return value
