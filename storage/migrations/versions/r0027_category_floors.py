"""What a brand's goods of a category cost at least, in a condition."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "category_floors",
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("condition", sa.String(length=10), nullable=False),
        sa.Column("floor_amount", sa.String(length=50), nullable=False),
        sa.Column("floor_currency", sa.String(length=3), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name="fk_category_floors_brand_id_brands", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_category_floors"),
    )
    op.create_index("ix_category_floors_brand_id", "category_floors", ["brand_id"], unique=False)
