"""Sellers' objections, and the key that the links to them are signed with."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from review.decisions.tables import Decision
from review.tables import Number
from storage.database import Base, Time


class AppealState(StrEnum):
    """What came of an objection. `upheld` says that the decision stands."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


class Appeal(Base):
    """What a seller says against a decision, once a decision. `contact` is where they want to be told, if
    anywhere; `note` is the answer that they read, by `who`. `outcome_id` is the decision that it led to.
    """

    __tablename__ = "appeals"
    __table_args__ = (Index("ix_appeals_state_filed", "state", "filed"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    decision_id: Mapped[int] = mapped_column(Number, ForeignKey("decisions.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    contact: Mapped[str | None] = mapped_column(String(320))
    filed: Mapped[datetime] = mapped_column(Time)
    state: Mapped[str] = mapped_column(String(12), default=AppealState.OPEN)
    who: Mapped[str | None] = mapped_column(String(320))
    at: Mapped[datetime | None] = mapped_column(Time)
    note: Mapped[str | None] = mapped_column(Text)
    outcome_id: Mapped[int | None] = mapped_column(Number, ForeignKey("decisions.id"))

    decision: Mapped[Decision] = relationship(foreign_keys=[decision_id])


class SigningKey(Base):
    """A key that links are signed with, made with the table."""

    __tablename__ = "signing_keys"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
