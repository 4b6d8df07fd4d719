"""What another model reads of pictures, beside what is judged with."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "next_readings",
        sa.Column("rescan_id", _NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=True),
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["rescan_id"], ["rescans.id"], name="fk_next_readings_rescan_id_rescans", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_next_readings"),
        sa.UniqueConstraint("rescan_id", "sha256", "kind", name="uq_next_readings_rescan_id_sha256_kind"),
    )
    op.create_index("ix_next_readings_state_due", "next_readings", ["state", "due"])
    op.create_index("ix_next_readings_turns", "next_readings", ["rescan_id", "state", "turn", "id"])
    op.add_column("rescans", sa.Column("reads", sa.JSON(), nullable=True))
