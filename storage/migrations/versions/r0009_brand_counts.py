"""Brands counted by their states from an index alone."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("ix_brands_state", "brands", ["state", "owner_id"])
