"""What came of what was suspected, and what was put aside as too little of it held."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from review.tables import Number
from storage.database import Base, Time


class Of(StrEnum):
    """What an outcome counts for: the brand as a whole, one of its marks, one reason of the brand's."""

    BRAND = "brand"
    MARK = "mark"
    REASON = "reason"


class Came(Base):
    """What came of a case, for each thing that had raised it; `value` is the mark or the reason."""

    __tablename__ = "outcomes"
    __table_args__ = (
        Index("ix_outcomes_brand", "brand", "of", "value", "decision_id"),
        Index("ix_outcomes_at", "at"),
    )

    decision_id: Mapped[int] = mapped_column(
        Number, ForeignKey("decisions.id"), primary_key=True, autoincrement=False
    )
    of: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    brand: Mapped[str] = mapped_column(String(400))
    confirmed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Time)


class Aside(Base):
    """A mark, or a reason of a brand's, that was put aside at `since`, when of `decided` cases `confirmed`
    held; `ended` is when a lead put it back. Outcomes up to `after` count no more for it.
    """

    __tablename__ = "quarantined_marks"
    __table_args__ = (Index("ix_quarantined_marks_brand", "brand", "ended"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    brand: Mapped[str] = mapped_column(String(400))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brands.id", ondelete="SET NULL"))
    of: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime] = mapped_column(Time)
    decided: Mapped[int]
    confirmed: Mapped[int]
    ended: Mapped[datetime | None] = mapped_column(Time)
    ended_by: Mapped[str | None] = mapped_column(String(320))
    after: Mapped[int | None] = mapped_column(Number)
