"""Where several pieces of work must be done before another begins, rows are counted: whoever settles the
last one gives the next one out.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from workers.counters import WANTED
from workers.graph.outbox import announce
from workers.graph.tables import Item, Picture, Reading, Shown, State

UNSETTLED = (State.WAITING, State.WORKING)
MOST_AT_ONCE = 2_000
"""Listings that one picture lets go at once; the sweeper finds the others."""


def unblock_picture(session: Session, pictures: Collection[int]) -> int:
    """Gives out the listings that waited for these pictures, and for nothing else any more."""
    shows = select(Shown.version_id).where(Shown.picture_id.in_(pictures))
    return unblock(session, select(Item.id).where(Item.version_id.in_(shows)))


def unblock_reading(session: Session, sha256s: Collection[str]) -> int:
    """Gives out the listings that waited for what is read of these pictures."""
    shows = (
        select(Shown.version_id)
        .join(Picture, Picture.id == Shown.picture_id)
        .where(Picture.sha256.in_(sha256s))
    )
    return unblock(session, select(Item.id).where(Item.version_id.in_(shows)))


def unblock(session: Session, items: Select[Any]) -> int:
    """Gives out those of the items that have nothing to wait for any more; returns how many."""
    session.flush()
    # Locked before they are counted: of two who settle the last two pictures, the second sees both.
    blocked = session.scalars(
        items.where(Item.state == State.BLOCKED).order_by(Item.id).limit(MOST_AT_ONCE).with_for_update()
    ).all()
    return free(session, blocked)


def free(session: Session, blocked: Collection[int]) -> int:
    """The same, of items that this session has locked or made."""
    from workers.graph.claims import lease, now

    if not blocked:
        return 0
    unsettled = (
        select(Shown.version_id)
        .join(Picture, Picture.id == Shown.picture_id)
        .outerjoin(Reading, Reading.sha256 == Picture.sha256)
        .where(
            Shown.version_id == Item.version_id,
            or_(Picture.state.in_(UNSETTLED), Reading.state.in_(UNSETTLED)),
        )
    )
    freed = session.execute(
        update(Item)
        .where(Item.id.in_(blocked), Item.state == State.BLOCKED, ~unsettled.exists())
        .values(state=State.WAITING, attempts=0, due=now() + lease())
        .returning(Item.id, Item.lane)
        .execution_options(synchronize_session=False)
    ).all()
    for lane in sorted({row.lane for row in freed}):
        announce(session, "judge", sorted(row.id for row in freed if row.lane == lane), lane)
    return len(freed)


def want_readings(session: Session, sha256s: Iterable[str], kind: str, engine: str, lane: str) -> None:
    """Has these pictures read by an engine, those that it hasn't read yet."""
    from workers.graph.claims import lease, now

    rows = [
        {"sha256": sha256, "kind": kind, "engine": engine, "lane": lane, "state": State.WAITING}
        | {"due": now() + lease(), "attempts": 0}
        for sha256 in sorted(set(sha256s))
    ]
    if rows:
        made = session.scalars(
            new_rows(session, Reading, ["sha256", "kind", "engine"], Reading.id), rows
        ).all()
        WANTED.labels("before").inc(len(rows) - len(made))
        WANTED.labels("new").inc(len(made))
        announce(session, "read", made, lane)


def new_rows(session: Session, table: Any, unique: list[str], *returning: Any) -> Any:
    """An insert that leaves alone what is there already."""
    dialect = session.get_bind().dialect.name
    insert: Any = postgresql_insert if dialect == "postgresql" else sqlite_insert
    return insert(table).on_conflict_do_nothing(index_elements=unique).returning(*returning)
