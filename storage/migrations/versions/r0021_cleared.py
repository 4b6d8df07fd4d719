"""A random slice of what was cleared, for people to look at."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cleared_samples",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("drawn", sa.DateTime(timezone=True), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("holder", sa.String(length=320), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("who", sa.String(length=320), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("case_id", _NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["listing_versions.id"],
            name="fk_cleared_samples_version_id_listing_versions", ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_cleared_samples_case_id_cases", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cleared_samples"),
        sa.UniqueConstraint("version_id", name="uq_cleared_samples_version_id"),
    )  # fmt: skip
    op.create_index("ix_cleared_samples_verdict", "cleared_samples", ["verdict", "id"], unique=False)
    op.create_index("ix_cleared_samples_drawn", "cleared_samples", ["drawn"], unique=False)
