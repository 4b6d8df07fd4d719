"""Notices are looked for in turn and their givers told; harm of brands; contacts hidden by the key."""

import sqlalchemy as sa
from alembic import op

from storage.keys import derived, sealed

revision = "0023"
down_revision = "0022"

_CONTACTS = ("phone", "email", "handle")


def upgrade() -> None:
    op.create_table(
        "brand_harms",
        sa.Column("brand", sa.String(length=400), nullable=False),
        sa.Column("harm", sa.String(length=30), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand", name="pk_brand_harms"),
    )
    op.add_column("notices", sa.Column("looked", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notices", sa.Column("told", sa.DateTime(timezone=True), nullable=True))
    # Whoever was decided on before this is not written to all at once.
    op.execute("UPDATE notices SET looked = filed, told = filed")
    op.execute("UPDATE notices SET told = NULL WHERE state IN ('open', 'unplaced')")
    op.create_index("ix_notices_state_looked", "notices", ["state", "looked", "id"], unique=False)
    ties = sa.table("ties", *(sa.column(name) for name in ("case_id", "kind", "value", "said")))
    connection = op.get_bind()
    rows = connection.execute(sa.select(ties).where(ties.c.kind.in_(_CONTACTS))).all()
    for row in rows:
        connection.execute(
            sa.update(ties)
            .where(ties.c.case_id == row.case_id, ties.c.kind == row.kind, ties.c.value == row.value)
            .values(value=derived("tie", row.value).hex(), said=sealed(row.said))
        )
