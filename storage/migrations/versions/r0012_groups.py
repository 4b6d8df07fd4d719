"""What ties cases to each other."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ties",
        sa.Column("case_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_ties_case_id_cases", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "kind", "value", name="pk_ties"),
    )
    op.create_index("ix_ties_kind_value", "ties", ["kind", "value", "case_id"], unique=False)
    op.create_table(
        "looks_of_pictures",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_looks_of_pictures"),
    )
    op.create_table(
        "bands_of_pictures",
        sa.Column("value", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["looks_of_pictures.sha256"],
            name="fk_bands_of_pictures_sha256_looks_of_pictures", ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("value", "sha256", name="pk_bands_of_pictures"),
    )  # fmt: skip
    # Of the cases that are there the seller is known; the rest is, when their listings are judged anew.
    op.execute(
        "INSERT INTO ties (case_id, kind, value, said) "
        "SELECT case_id, 'seller', seller, '' FROM queue WHERE seller IS NOT NULL"
    )
