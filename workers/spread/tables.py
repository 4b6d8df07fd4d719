"""Scans that are spread over workers, and the parts that these do."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from review.tables import Number
from storage.database import Base, Time
from workers.graph.tables import Work


class Spread(Base):
    """A scan of a catalogue in `folder`, with the brands at a path or, without one, the snapshot that
    `versions` name; what judges has to be of these versions. `heard` is when whoever asked for it was last
    there to take what is done.
    """

    __tablename__ = "spreads"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    folder: Mapped[str] = mapped_column(Text)
    brands: Mapped[str | None] = mapped_column(Text)
    versions: Mapped[dict[str, Any]] = mapped_column(JSON)
    pictures: Mapped[bool]
    heard: Mapped[datetime] = mapped_column(Time)


class SpreadPart(Work, Base):
    """Some rows of a catalogue: `rows` is the blob that holds them, `outcomes` the one of what became of
    them.
    """

    __tablename__ = "spread_parts"

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - it is asked of the class
        return (
            UniqueConstraint("spread_id", "number"),
            Index("ix_spread_parts_state_due", "state", "due"),
        )

    spread_id: Mapped[int] = mapped_column(Number, ForeignKey("spreads.id", ondelete="CASCADE"))
    number: Mapped[int]
    rows: Mapped[str] = mapped_column(String(64))
    outcomes: Mapped[str | None] = mapped_column(String(64))
