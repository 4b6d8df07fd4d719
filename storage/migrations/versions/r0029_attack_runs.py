"""Attacks on brands that their owners ask for, and what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "attack_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name="fk_attack_runs_brand_id_brands", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attack_runs"),
    )
    op.create_index("ix_attack_runs_brand_id", "attack_runs", ["brand_id"])
    op.create_index("ix_attack_runs_state", "attack_runs", ["state"])
