"""Which shards there are: the database says which of the files count."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from review.tables import Number
from storage.database import Base, Time


class Holds(StrEnum):
    """What a shard holds: `texts` of listings, by the numbers of their versions; `looks` of pictures, lines
    and hashes and vectors, by the numbers of their readings.
    """

    TEXTS = "texts"
    LOOKS = "looks"


class ShardState(StrEnum):
    """`broken` is one whose files are not what was written, `replaced` one whose rows lie in another: the
    files of both are no longer read.
    """

    CURRENT = "current"
    BROKEN = "broken"
    REPLACED = "replaced"


class Shard(Base):
    """Everything from `first` to `last` that there was when it was made: `rows` of it. `manifest` is as it
    lies beside the files of that `name`; `why` is what is wrong with a broken one.
    """

    __tablename__ = "shards"
    __table_args__ = (Index("ix_shards_holds_state_last", "holds", "state", "last"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    holds: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8), default=ShardState.CURRENT)
    first: Mapped[int] = mapped_column(Number)
    last: Mapped[int] = mapped_column(Number)
    rows: Mapped[int]
    manifest: Mapped[dict[str, Any]] = mapped_column(JSON)
    made: Mapped[datetime] = mapped_column(Time)
    why: Mapped[str | None] = mapped_column(Text)


class ShardMark(Base):
    """How far the numbers had come at a time: what was given a lower one has been committed some time after
    that, so that nothing slips in behind a shard.
    """

    __tablename__ = "shard_marks"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    holds: Mapped[str] = mapped_column(String(8), index=True)
    last: Mapped[int] = mapped_column(Number)
    at: Mapped[datetime] = mapped_column(Time)
