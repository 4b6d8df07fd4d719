"""Scans of a catalogue's file that are spread over workers."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "spreads",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("brands", sa.Text(), nullable=True),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("pictures", sa.Boolean(), nullable=False),
        sa.Column("heard", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spreads"),
    )
    op.create_table(
        "spread_parts",
        sa.Column("spread_id", _NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rows", sa.String(length=64), nullable=False),
        sa.Column("outcomes", sa.String(length=64), nullable=True),
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["spread_id"], ["spreads.id"], name="fk_spread_parts_spread_id_spreads", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_spread_parts"),
        sa.UniqueConstraint("spread_id", "number", name="uq_spread_parts_spread_id_number"),
    )
    op.create_index("ix_spread_parts_state_due", "spread_parts", ["state", "due"])
