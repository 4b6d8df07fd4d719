"""What is gone of a source and what was only not named; who sells; what is still to be erased; marks by
their numbers.

Sellers are filled in for listings that are there: the same hash as `review/sellers.py` made when this was
written.
"""

import hashlib
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT_A_TIME = 2_000


def upgrade() -> None:
    op.add_column("listings", sa.Column("seller", sa.String(length=64), nullable=True))
    op.add_column("runs", sa.Column("whole", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "pulled_sources",
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("whole", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source", name="pk_pulled_sources"),
    )
    op.create_table(
        "decision_quotes",
        sa.Column("decision_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_decision_quotes_decision_id_decisions"
        ),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decision_quotes"),
    )
    op.create_table(
        "erased_blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_erased_blobs"),
    )
    op.create_index("ix_readings_blob", "readings", ["blob"], unique=False)
    op.create_index("ix_marks_registration_number", "marks", ["registration_number"], unique=False)
    connection = op.get_bind()
    _fill_sellers(connection)
    _fill_pulled(connection)
    op.create_index("ix_listings_seller", "listings", ["seller"], unique=False)


def _fill_sellers(connection: sa.Connection) -> None:
    listings = sa.table("listings", *map(sa.column, ("id", "version", "seller")))
    versions = sa.table("listing_versions", *map(sa.column, ("listing_id", "number", "data", "erased")))
    said = (
        sa.select(listings.c.id, versions.c.data)
        .join(versions, (versions.c.listing_id == listings.c.id) & (versions.c.number == listings.c.version))
        .where(versions.c.erased.is_(None))
        .order_by(listings.c.id)
        .limit(_AT_A_TIME)
    )
    told = sa.update(listings).where(listings.c.id == sa.bindparam("one")).values(seller=sa.bindparam("by"))
    last = 0
    while rows := connection.execute(said.where(listings.c.id > last)).all():
        last = rows[-1].id
        sellers = [{"one": row.id, "by": _seller_key(orjson.loads(row.data))} for row in rows]
        if known := [one for one in sellers if one["by"]]:
            connection.execute(told, known)


def _seller_key(listing: dict[str, Any]) -> str | None:
    seller = listing.get("seller") or {}
    number, name = seller.get("id") or "", seller.get("name") or ""
    if not (number or name):
        return None
    named = f"{listing.get('marketplace') or ''}\0{number}\0{'' if number else name}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()


def _fill_pulled(connection: sa.Connection) -> None:
    """The first pull of a source began from nothing; a cursor with `spent` is one of a pull with a budget."""
    names = ("id", "source", "state", "rows", "started", "cursor")
    runs = sa.table("runs", *map(sa.column, names[:-1]), sa.column("cursor", sa.JSON))
    pulled = sa.table("pulled_sources", *map(sa.column, ("source", "began", "whole")))
    known: dict[str, dict[str, Any]] = {}
    seen = set[str]()
    for run in connection.execute(sa.select(runs).order_by(runs.c.id)):
        first = run.source not in seen
        seen.add(run.source)
        if run.state != "done":
            continue
        one = known.setdefault(run.source, {"source": run.source, "whole": None})
        one["began"] = run.started
        if first and run.rows and "spent" not in (run.cursor or {}):
            one["whole"] = run.started
    if known:
        connection.execute(sa.insert(pulled), list(known.values()))
