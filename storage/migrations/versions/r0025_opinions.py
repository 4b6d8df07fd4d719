"""What a model in the middle was asked and answered, and what it said of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "opinions",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("brand", sa.String(length=400), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("prompt", sa.String(length=40), nullable=False),
        sa.Column("version_id", _NUMBER, nullable=True),
        sa.Column("question", sa.JSON(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["listing_versions.id"],
            name="fk_opinions_version_id_listing_versions", ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name="pk_opinions"),
    )  # fmt: skip
    op.create_index("ix_opinions_version_id", "opinions", ["version_id"], unique=False)
    op.create_index("ix_opinions_at", "opinions", ["at"], unique=False)
    op.add_column("cases", sa.Column("opinion", sa.JSON(), nullable=True))
