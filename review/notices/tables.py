"""Notices that others gave of listings (Article 16 of Regulation (EU) 2022/2065)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from review.tables import Number
from storage.database import Base, Time


class NoticeState(StrEnum):
    """What came of a notice. `unplaced` is one whose listing or brand is not known here yet."""

    UNPLACED = "unplaced"
    OPEN = "open"
    HELD = "held"
    FELL = "fell"


class Notice(Base):
    """One notice of one listing. `owner_id` is whose people gave it, None for anybody else; `where` is the
    listing's address, `brand` what they called the brand. `looked` is when the listing was last looked for,
    `told` when whoever gave it was told what was decided.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_state_filed", "state", "filed"),
        Index("ix_notices_state_looked", "state", "looked", "id"),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    where: Mapped[str] = mapped_column(String(2_000))
    brand: Mapped[str] = mapped_column(String(400))
    policy: Mapped[str] = mapped_column(String(20))
    explanation: Mapped[str] = mapped_column(Text)
    filed: Mapped[datetime] = mapped_column(Time)
    looked: Mapped[datetime | None] = mapped_column(Time)
    told: Mapped[datetime | None] = mapped_column(Time)
    state: Mapped[str] = mapped_column(String(10), default=NoticeState.UNPLACED)
    case_id: Mapped[int | None] = mapped_column(
        Number, ForeignKey("cases.id", ondelete="SET NULL"), index=True
    )

    @property
    def place(self) -> str:
        """Where the evidence that is made of it says that it stands."""
        return f"notice {self.id}"
