"""Listings that somebody tries a brand on before it goes live: what would be flagged.

Texts are judged at once. A picture has to be read first, and all of a catalogue takes its time: for these a
row says what is to be done, and a worker does it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brand_registry.tables import Brand
from storage.database import Base, Time


class TrialState(StrEnum):
    """How far a trial has come."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Trial(Base):
    """A listing to be judged for one brand alone, with `picture` (a blob) as its only one; a trial without a
    listing is of the last catalogue.

    `result` is as in result files, of a catalogue a summary with what was flagged; `why` says what failed.
    """

    __tablename__ = "trials"

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id", ondelete="CASCADE"), index=True)
    who: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime] = mapped_column(Time)
    listing: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    picture: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20), default=TrialState.WAITING, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    why: Mapped[str | None] = mapped_column(Text)

    brand: Mapped[Brand] = relationship()
