"""A random slice of what was cleared, and what people said of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Double, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from review.tables import Number
from storage.database import Base, Time


class Verdict(StrEnum):
    """What a person says of a listing that the program had cleared."""

    CLEAR = "clear"
    INFRINGES = "infringes"
    CANNOT_TELL = "cannot_tell"


class Cleared(Base):
    """A version of a listing that was not flagged, drawn by chance: each had the chance `share`.

    `holder` is given it until `until`. `case_id` is the case that it led to.
    """

    __tablename__ = "cleared_samples"
    __table_args__ = (Index("ix_cleared_samples_verdict", "verdict", "id"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    version_id: Mapped[int] = mapped_column(
        Number, ForeignKey("listing_versions.id", ondelete="CASCADE"), unique=True
    )
    drawn: Mapped[datetime] = mapped_column(Time, index=True)
    share: Mapped[float] = mapped_column(Double)
    holder: Mapped[str | None] = mapped_column(String(320))
    until: Mapped[datetime | None] = mapped_column(Time)
    verdict: Mapped[str | None] = mapped_column(String(12))
    who: Mapped[str | None] = mapped_column(String(320))
    at: Mapped[datetime | None] = mapped_column(Time)
    note: Mapped[str | None] = mapped_column(Text)
    case_id: Mapped[int | None] = mapped_column(Number, ForeignKey("cases.id", ondelete="SET NULL"))
