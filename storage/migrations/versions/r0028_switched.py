"""What was switched to of what a rescan's model read, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("moved", "moved_refused"):
        op.add_column("rescans", sa.Column(name, _NUMBER, nullable=False, server_default="0"))
    op.add_column("rescans", sa.Column("switched", sa.DateTime(timezone=True), nullable=True))
