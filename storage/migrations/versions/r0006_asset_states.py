"""Pictures by their states: what was uploaded is found at once among a million."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_assets_state", "assets", ["state"])
