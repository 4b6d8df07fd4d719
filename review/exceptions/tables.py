"""What is allowed since a case was dismissed."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from review.tables import Number
from storage.database import Base, Time


class Allowance(Base):
    """An exception of a brand's that a reviewer made from a decision: with it goes one of the brand's own,
    which judging looks at. `ended` is when it was taken back.
    """

    __tablename__ = "allowances"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(Number, ForeignKey("decisions.id"), index=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(Text)
    marketplace: Mapped[str | None] = mapped_column(Text)
    until: Mapped[date]
    who: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime] = mapped_column(Time)
    ended: Mapped[datetime | None] = mapped_column(Time)
    ended_by: Mapped[str | None] = mapped_column(String(320))
