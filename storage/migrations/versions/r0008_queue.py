"""The queue of cases, what is decided, and the log of who did what."""

from datetime import datetime
from math import log2

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ADDED_TO = ("audit_log", "decisions")
"""Tables whose rows nobody may change or remove."""


def upgrade() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "hash": "0" * 64}])
    op.create_table(
        "audit_log",
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("did", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_case_id", "audit_log", ["case_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("claimed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("undoes", _NUMBER, nullable=True),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_decisions_case_id_cases"),
        sa.ForeignKeyConstraint(["undoes"], ["decisions.id"], name="fk_decisions_undoes_decisions"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("token", name="uq_decisions_token"),
        sa.UniqueConstraint("undoes", name="uq_decisions_undoes"),
    )
    op.create_index("ix_decisions_case_id", "decisions", ["case_id", "id"], unique=False)
    op.create_index("ix_decisions_who_at", "decisions", ["who", "at"], unique=False)
    op.create_index("ix_decisions_at", "decisions", ["at"], unique=False)
    op.create_table(
        "announcements",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("decision_id", _NUMBER, nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_announcements_decision_id_decisions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_announcements"),
        sa.UniqueConstraint("decision_id", name="uq_announcements_decision_id"),
    )
    op.create_index("ix_announcements_due", "announcements", ["due"], unique=False)
    queue = op.create_table(
        "queue",
        sa.Column("case_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("rank", sa.Double(), nullable=False),
        sa.Column("holder", sa.String(length=320), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("brand", sa.String(length=400), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("harm", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("script", sa.String(length=20), nullable=False),
        sa.Column("seller", sa.String(length=64), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_queue_case_id_cases", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", name="pk_queue"),
    )
    op.create_index("ix_queue_next", "queue", ["stage", "rank", "case_id"], unique=False)
    op.create_index("ix_queue_brand", "queue", ["stage", "brand", "rank", "case_id"], unique=False)
    op.create_index("ix_queue_harm", "queue", ["stage", "harm", "rank", "case_id"], unique=False)
    op.create_index("ix_queue_opened", "queue", ["stage", "opened"], unique=False)
    op.create_index("ix_queue_holder", "queue", ["holder"], unique=False)
    op.create_index("ix_queue_seller", "queue", ["seller"], unique=False)
    op.create_table(
        "skips",
        sa.Column("case_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_skips_case_id_cases", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "who", name="pk_skips"),
    )
    _take_in(queue)
    for table in _ADDED_TO:
        _refuse_changes(table)


def _take_in(queue: sa.Table) -> None:
    """Cases that were open before there was a queue, by risk and age; more is known of each when its listing
    is judged the next time.
    """
    connection = op.get_bind()
    tables = sa.MetaData()
    tables.reflect(connection, only=["cases", "brands", "listings"])
    cases, brands, listings = (tables.tables[name].c for name in ("cases", "brands", "listings"))
    waiting = (
        sa.select(cases.id, cases.brand, cases.risk, cases.opened, brands.owner_id)
        .add_columns(listings.source, listings.key)
        .join(tables.tables["listings"], listings.id == cases.listing_id)
        .outerjoin(tables.tables["brands"], brands.id == cases.brand_id)
        .where(cases.state == "open", cases.shadow.is_(False))
    )
    for rows in connection.execute(waiting).partitions(1_000):
        connection.execute(
            queue.insert(),
            [
                {
                    "case_id": row.id, "stage": "first", "brand": row.brand, "owner_id": row.owner_id,
                    "rank": log2(max(row.risk, 1e-4)) - _seconds(row.opened) / 259_200,
                    "harm": "none", "source": row.source, "script": "", "title": row.key[:300],
                    "opened": row.opened,
                }
                for row in rows
            ],
        )  # fmt: skip


def _seconds(at: datetime) -> float:
    return at.timestamp() if at.tzinfo else (at - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001


def _refuse_changes(table: str) -> None:
    said = f"{table} is only ever added to"
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{said}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_added_to()"
    )
