"""Shards of what was read, and parts of rescans that go through pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "shards",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("holds", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("first", _NUMBER, nullable=False),
        sa.Column("last", _NUMBER, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_shards"),
        sa.UniqueConstraint("name", name="uq_shards_name"),
    )
    op.create_index("ix_shards_holds_state_last", "shards", ["holds", "state", "last"])
    op.create_table(
        "shard_marks",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("holds", sa.String(length=8), nullable=False),
        sa.Column("last", _NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shard_marks"),
    )
    op.create_index("ix_shard_marks_holds", "shard_marks", ["holds"])
    with op.batch_alter_table("rescan_parts") as parts:
        parts.add_column(sa.Column("holds", sa.String(length=8), nullable=False, server_default="texts"))
        parts.add_column(sa.Column("pictures", _NUMBER, nullable=False, server_default="0"))
        parts.drop_constraint("uq_rescan_parts_rescan_id_first_lap", type_="unique")
        parts.create_unique_constraint(
            "uq_rescan_parts_rescan_id_holds_first_lap", ["rescan_id", "holds", "first", "lap"]
        )
    op.add_column("rescans", sa.Column("upto_looks", _NUMBER, nullable=False, server_default="0"))
