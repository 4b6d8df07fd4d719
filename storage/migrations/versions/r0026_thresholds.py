"""The risks from which a person is asked, by category and harm of a brand's goods."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "thresholds",
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name="fk_thresholds_brand_id_brands", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_thresholds"),
    )
    op.create_index("ix_thresholds_brand_id", "thresholds", ["brand_id"], unique=False)
