"""New brands into the registry, a statement a table: as objects a hundred thousand would take minutes.

Their history is written with them, as a flush writes that of objects.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from brand_registry.changes import Entry, added, next_revision, write_down
from brand_registry.stored import Stored
from brand_registry.storing import Row, own_columns, part_rows
from brand_registry.words import add_words
from storage.database import Base


def add(session: Session, owner: int, brands: Sequence[Stored]) -> None:
    """Puts brands of an owner's, which aren't there yet, into a session that writes.

    Raises `IntegrityError` where another has put one of them there in the meantime.
    """
    if not brands:
        return
    # First, as it locks: of two that add the same brand, one waits before it has added anything.
    revision = next_revision(session)
    rows: dict[str, list[Row]] = defaultdict(list)
    for number, one in zip(_numbers(session, "brands", len(brands)), brands, strict=True):
        own = {"owner_id": owner, "key": one.record.id, "state": one.state, "revision": revision}
        rows["brands"].append(own_columns(one.record) | own | {"id": number, "version": 1})
        for table, parts in part_rows(one.record, one.pictures).items():
            for position, part in enumerate(parts):
                rows[table].append(part | {"brand_id": number, "position": position})
    what: dict[tuple[int | None, int | None], list[Entry]] = defaultdict(list)
    for table, those in rows.items():
        if table != "brands":
            for number, row in zip(_numbers(session, table, len(those)), those, strict=True):
                row["id"] = number
        for row in those:
            what[owner, row.get("brand_id", row["id"])].append(added(table, row["id"]))
        session.connection().execute(insert(_table(table)), those)
    named = [(row["id"], row[part]) for row in rows["brands"] for part in ("name", "key")]
    named += [(row["brand_id"], row["text"]) for table in ("aliases", "marks") for row in rows[table]]
    add_words(session.connection(), named)
    write_down(session, what)


def _numbers(session: Session, table: str, many: int) -> Sequence[int]:
    """Ids for new rows. Given here, as SQLite tells those that it gives row by row alone."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":  # where nobody else writes before this is committed
        last: int = connection.execute(select(func.coalesce(func.max(_table(table).c.id), 0))).scalar_one()
        return range(last + 1, last + 1 + many)
    sequence = func.pg_get_serial_sequence(table, "id")
    each = func.generate_series(1, many).table_valued("number")
    return connection.execute(select(func.nextval(sequence)).select_from(each)).scalars().all()


def _table(name: str) -> Table:
    return Base.metadata.tables[name]
