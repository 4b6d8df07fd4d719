"""The words that brands are looked for by: those of a name, an id, an alias or a mark, by their beginnings.

They are kept apart, in the order of their bytes: a database asked for what holds a text reads every brand.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, ForeignKey, Select, String, delete, insert, select, union_all
from sqlalchemy.orm import Mapped, mapped_column

from brand_registry.tables import Alias, Brand, Mark
from storage.database import Base
from storage.words import LONGEST, findable, words_of

NAMING = (Brand, Alias, Mark)
"""What holds words of a brand."""
_MOST = 8
"""Words that are looked for; whoever types more has named the brand by then."""
_LAST = "\U0010ffff"
_AT_A_TIME = 1_000
# PostgreSQL finds beginnings by an index where it orders by bytes alone, as SQLite does.
_WORD = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")


class BrandWord(Base):
    """A word of a brand, as `storage.words` gives it. It follows from other rows and has no history."""

    __tablename__ = "brand_words"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it

    word: Mapped[str] = mapped_column(_WORD, primary_key=True)
    brand_id: Mapped[int] = mapped_column(
        ForeignKey("brands.id", ondelete="CASCADE"), primary_key=True, index=True, autoincrement=False
    )


def keep_words(connection: Connection, brands: Collection[int]) -> None:
    """Makes the words of some brands those of their names, which are written already."""
    numbers = sorted(brands)
    for start in range(0, len(numbers), _AT_A_TIME):
        some = numbers[start : start + _AT_A_TIME]
        connection.execute(delete(BrandWord).where(BrandWord.brand_id.in_(some)))
        texts = connection.execute(
            union_all(
                select(Brand.id, Brand.name).where(Brand.id.in_(some)),
                select(Brand.id, Brand.key).where(Brand.id.in_(some)),
                select(Alias.brand_id, Alias.text).where(Alias.brand_id.in_(some)),
                select(Mark.brand_id, Mark.text).where(Mark.brand_id.in_(some)),
            )
        )
        add_words(connection, ((number, text) for number, text in texts))


def add_words(connection: Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Adds those of brands that have none yet, from their numbers and texts."""
    found = {(word, number) for number, text in texts for word in findable(text)}
    if found:
        rows = [{"word": word, "brand_id": number} for word, number in sorted(found)]
        connection.execute(insert(BrandWord), rows)


def named_by(words: str) -> list[Select[int]]:
    """For each word a selection of the brands' numbers that have one beginning like it: a brand is meant that
    is in all of them. None where nothing is looked for.
    """
    return [
        select(BrandWord.brand_id).where(BrandWord.word >= word, BrandWord.word < word + _LAST)
        for word in dict.fromkeys(words_of(words)[:_MOST])
    ]
