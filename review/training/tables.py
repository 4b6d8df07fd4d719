"""Cases whose answer is known: for measuring how people decide, and for learning it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from review.tables import Number
from storage.database import Base, Time


class Kind(StrEnum):
    """What somebody answers a known case for: unknowingly among their work, or to learn."""

    GOLD = "gold"
    TRAINING = "training"


class Gold(Base):
    """A decided case that a lead has chosen to be mixed in; its answer is its last decision."""

    __tablename__ = "gold_cases"

    case_id: Mapped[int] = mapped_column(
        Number, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    who: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime] = mapped_column(Time)


class Exercise(Base):
    """That a decided case was given to somebody as if it were open, and what they said of it. It changes
    nothing of the case. `decision_id` is what it was held against, `agrees` whether they said the same.
    """

    __tablename__ = "exercises"
    __table_args__ = (
        Index("uq_exercises_case_id_who", "case_id", "who", unique=True),
        Index("ix_exercises_who", "who", "kind", "answered"),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    case_id: Mapped[int] = mapped_column(Number, ForeignKey("cases.id", ondelete="CASCADE"))
    who: Mapped[str] = mapped_column(String(320))
    kind: Mapped[str] = mapped_column(String(10))
    given: Mapped[datetime] = mapped_column(Time)
    answered: Mapped[datetime | None] = mapped_column(Time)
    outcome: Mapped[str | None] = mapped_column(String(20))
    policy: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    code: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Text)
    decision_id: Mapped[int | None] = mapped_column(Number, ForeignKey("decisions.id"))
    agrees: Mapped[bool | None]
