"""What is kept for how long: notes beside the decisions, holds, and what was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("listing_versions", sa.Column("erased", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "decision_notes",
        sa.Column("decision_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_decision_notes_decision_id_decisions"
        ),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decision_notes"),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=320), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("listings", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("appeals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
    )
    op.create_table(
        "erased_versions",
        sa.Column("version_id", _NUMBER, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("version_id", name="pk_erased_versions"),
    )
    op.create_index("ix_listings_seen", "listings", ["seen"], unique=False)
    op.create_index("ix_cases_version_id", "cases", ["version_id"], unique=False)
    op.create_index("ix_case_evidence_first_id", "case_evidence", ["first_id"], unique=False)
    op.create_index("ix_case_evidence_last_id", "case_evidence", ["last_id"], unique=False)
