"""The words that brands are looked for by."""

import sqlalchemy as sa
from alembic import op

from storage.words import LONGEST, findable

revision = "0018"
down_revision = "0017"

_AT_A_TIME = 5_000
_WORD = sa.String(length=LONGEST).with_variant(sa.String(length=LONGEST, collation="C"), "postgresql")


def upgrade() -> None:
    words = op.create_table(
        "brand_words",
        sa.Column("word", _WORD, nullable=False),
        sa.Column("brand_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name="fk_brand_words_brand_id_brands", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "brand_id", name="pk_brand_words"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_brand_words_brand_id", "brand_words", ["brand_id"], unique=False)
    connection = op.get_bind()
    last: int = connection.execute(sa.text("SELECT coalesce(max(id), 0) FROM brands")).scalar_one()
    texts = sa.text(
        "SELECT id, name FROM brands WHERE id BETWEEN :first AND :last "
        "UNION ALL SELECT id, key FROM brands WHERE id BETWEEN :first AND :last "
        "UNION ALL SELECT brand_id, text FROM aliases WHERE brand_id BETWEEN :first AND :last "
        "UNION ALL SELECT brand_id, text FROM marks WHERE brand_id BETWEEN :first AND :last"
    )
    for first in range(1, last + 1, _AT_A_TIME):
        rows = connection.execute(texts, {"first": first, "last": first + _AT_A_TIME - 1})
        found = {(word, number) for number, text in rows for word in findable(text)}
        if found:
            connection.execute(
                words.insert(), [{"word": word, "brand_id": number} for word, number in sorted(found)]
            )
