"""The audit log: each row holds the hash of the one before it, and triggers refuse to change any."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from review.tables import Number
from storage.database import Base, Time


class Logged(Base):
    """One thing that somebody did or saw. `number` counts without a gap; `what` is canonical JSON; `hash` is
    the sha256 over `previous` and all the rest.
    """

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_case_id", "case_id"),)

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Time)
    who: Mapped[str] = mapped_column(String(320))
    did: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[int | None] = mapped_column(BigInteger)
    what: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Head(Base):
    """One row: how far the log has come. Locked by whoever adds to it, so that the chain has no branches."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Number)
    hash: Mapped[str] = mapped_column(String(64))
