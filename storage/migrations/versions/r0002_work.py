"""Listings, the work on them, and cases."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "listings",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listings"),
        sa.UniqueConstraint("source", "key", name="uq_listings_source_key"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("queue", sa.String(length=20), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_table(
        "pictures",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("folder", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("validators", sa.JSON(), nullable=False),
        sa.Column("fetched", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lane", sa.String(length=12), nullable=False),
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_pictures"),
        sa.UniqueConstraint("key", name="uq_pictures_key"),
    )
    op.create_index("ix_pictures_sha256", "pictures", ["sha256"], unique=False)
    op.create_index("ix_pictures_state_due", "pictures", ["state", "due"], unique=False)
    op.create_table(
        "pulses",
        sa.Column("queue", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("queue", name="pk_pulses"),
    )
    op.create_table(
        "readings",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=True),
        sa.Column("lane", sa.String(length=12), nullable=False),
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        sa.UniqueConstraint("sha256", "kind", "engine", name="uq_readings_sha256_kind_engine"),
    )
    op.create_index("ix_readings_state_due", "readings", ["state", "due"], unique=False)
    op.create_table(
        "runs",
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_source", "runs", ["source"], unique=False)
    op.create_index("ix_runs_state_due", "runs", ["state", "due"], unique=False)
    op.create_table(
        "listing_versions",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("listing_id", _NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listings.id"],
            name="fk_listing_versions_listing_id_listings",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_listing_versions"),
        sa.UniqueConstraint("listing_id", "number", name="uq_listing_versions_listing_id_number"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("run_id", _NUMBER, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", _NUMBER, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_quarantine_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
        sa.UniqueConstraint("run_id", "kind", "subject", name="uq_quarantine_run_id_kind_subject"),
    )
    op.create_table(
        "cases",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("listing_id", _NUMBER, nullable=False),
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("brand", sa.String(length=400), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("shadow", sa.Boolean(), nullable=False),
        sa.Column("risk", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("qualifiers", sa.JSON(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lock", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name="fk_cases_brand_id_brands", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name="fk_cases_listing_id_listings", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["listing_versions.id"],
            name="fk_cases_version_id_listing_versions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_brand_id", "cases", ["brand_id"], unique=False)
    op.create_index("ix_cases_listing_id", "cases", ["listing_id"], unique=False)
    op.create_index("ix_cases_queue", "cases", ["state", "shadow", "risk"], unique=False)
    op.create_index(
        "uq_cases_open",
        "cases",
        ["listing_id", "brand"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "items",
        sa.Column("run_id", _NUMBER, nullable=False),
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("lane", sa.String(length=12), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("cases", sa.JSON(), nullable=True),
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_items_run_id_runs", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["listing_versions.id"],
            name="fk_items_version_id_listing_versions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("run_id", "version_id", name="uq_items_run_id_version_id"),
    )
    op.create_index("ix_items_state_due", "items", ["state", "due"], unique=False)
    op.create_index("ix_items_version_id", "items", ["version_id"], unique=False)
    op.create_table(
        "shown",
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("picture_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_shown_picture_id_pictures"),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["listing_versions.id"],
            name="fk_shown_version_id_listing_versions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "position", name="pk_shown"),
    )
    op.create_index("ix_shown_picture_id", "shown", ["picture_id"], unique=False)
    op.create_table(
        "case_evidence",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("first_id", _NUMBER, nullable=False),
        sa.Column("last_id", _NUMBER, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_case_evidence_case_id_cases", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["listing_versions.id"],
            name="fk_case_evidence_first_id_listing_versions",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["last_id"],
            ["listing_versions.id"],
            name="fk_case_evidence_last_id_listing_versions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_evidence"),
        sa.UniqueConstraint("case_id", "key", name="uq_case_evidence_case_id_key"),
    )
