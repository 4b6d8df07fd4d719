"""What came of what was suspected, what was put aside, and what is allowed since it was dismissed."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("decision_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("of", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("brand", sa.String(length=400), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_outcomes_decision_id_decisions"),
        sa.PrimaryKeyConstraint("decision_id", "of", "value", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_brand", "outcomes", ["brand", "of", "value", "decision_id"], unique=False)
    op.create_index("ix_outcomes_at", "outcomes", ["at"], unique=False)
    op.create_table(
        "quarantined_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand", sa.String(length=400), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("of", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=320), nullable=True),
        sa.Column("after", _NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name="fk_quarantined_marks_brand_id_brands", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quarantined_marks"),
    )
    op.create_index("ix_quarantined_marks_brand", "quarantined_marks", ["brand", "ended"], unique=False)
    op.create_table(
        "allowances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", _NUMBER, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=320), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_allowances_decision_id_decisions"
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name="fk_allowances_brand_id_brands", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_allowances"),
    )
    op.create_index("ix_allowances_decision_id", "allowances", ["decision_id"], unique=False)
