"""Rescans: listings that were judged before are judged again, a part at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COUNTS = ("listings", "candidates", "judged", "opened", "merged", "gone", "kept", "left", "failed", "bytes")
_SECONDS = ("scanning", "judging", "opening")


def upgrade() -> None:
    op.create_table(
        "rescans",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("brands", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("upto", _NUMBER, nullable=False),
        sa.Column("laps", sa.Integer(), nullable=False),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_before", _NUMBER, nullable=False),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.Column("estimate", sa.JSON(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_rescans"),
    )
    op.create_index("ix_rescans_state", "rescans", ["state"])
    op.create_table(
        "rescan_parts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("rescan_id", _NUMBER, nullable=False),
        sa.Column("first", _NUMBER, nullable=False),
        sa.Column("last", _NUMBER, nullable=False),
        sa.Column("lap", sa.Integer(), nullable=False),
        sa.Column("cursor", _NUMBER, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        *(sa.Column(name, _NUMBER, nullable=False) for name in _COUNTS),
        *(sa.Column(name, sa.Double(), nullable=False) for name in _SECONDS),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["rescan_id"], ["rescans.id"], name="fk_rescan_parts_rescan_id_rescans", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rescan_parts"),
        sa.UniqueConstraint("rescan_id", "first", "lap", name="uq_rescan_parts_rescan_id_first_lap"),
    )
    op.create_index("ix_rescan_parts_state_due", "rescan_parts", ["state", "due"])
    op.create_table(
        "rescan_kept",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("rescan_id", _NUMBER, nullable=False),
        sa.Column("brand", sa.String(length=400), nullable=False),
        sa.Column("listing_id", _NUMBER, nullable=False),
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("risk", sa.Double(), nullable=False),
        sa.Column("shadow", sa.Boolean(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rescan_id"], ["rescans.id"], name="fk_rescan_kept_rescan_id_rescans", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name="fk_rescan_kept_listing_id_listings", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["listing_versions.id"], name="fk_rescan_kept_version_id_listing_versions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rescan_kept"),
        sa.UniqueConstraint(
            "rescan_id", "brand", "listing_id", name="uq_rescan_kept_rescan_id_brand_listing_id"
        ),
    )  # fmt: skip
    op.create_index("ix_rescan_kept_listing_id", "rescan_kept", ["listing_id"])
    for table in ("cases", "case_evidence"):
        op.add_column(table, sa.Column("rescan", _NUMBER, nullable=True))
    op.create_index("ix_cases_rescan_brand", "cases", ["rescan", "brand"])
