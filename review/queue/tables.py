"""The queue: where a case stands, who has it, and what the queue is ordered and asked by."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Double, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from review.tables import Case, Number
from storage.database import Base, Time


class Stage(StrEnum):
    """Who is to look at a case: anybody, somebody who has not decided it, a lead, nobody for now as what
    raised it lies aside, nobody any more.
    """

    FIRST = "first"
    SECOND = "second"
    LEAD = "lead"
    ASIDE = "aside"
    DONE = "done"


ANYBODYS = ""
"""The team of cases that go to none."""


class Queued(Base):
    """The place of a case that reviewers may see; of a case in shadow there is none.

    `rank` orders the queue, the highest first. `holder` has the case until `until`, and has had it since
    `claimed`. `note` is what was said when the case was last passed on. `language` is '' where
    nobody can tell, `team` who is to be given it, `incomplete` that something could not be looked at. The
    rest is copied from the case and its listing, so that the queue is read from this table alone; `seller` is
    a hash.
    """

    __tablename__ = "queue"
    __table_args__ = (
        Index("ix_queue_next", "stage", "rank", "case_id"),
        Index("ix_queue_brand", "stage", "brand", "rank", "case_id"),
        Index("ix_queue_harm", "stage", "harm", "rank", "case_id"),
        Index("ix_queue_opened", "stage", "opened"),
        Index("ix_queue_team", "stage", "team", "rank", "case_id"),
    )

    case_id: Mapped[int] = mapped_column(
        Number, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    stage: Mapped[str] = mapped_column(String(10), default=Stage.FIRST)
    rank: Mapped[float] = mapped_column(Double)
    holder: Mapped[str | None] = mapped_column(String(320), index=True)
    until: Mapped[datetime | None] = mapped_column(Time)
    claimed: Mapped[datetime | None] = mapped_column(Time)
    note: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[str] = mapped_column(String(400))
    owner_id: Mapped[int | None]
    harm: Mapped[str] = mapped_column(String(30))
    source: Mapped[str] = mapped_column(String(500))
    script: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8), default="")
    team: Mapped[str] = mapped_column(String(60), default=ANYBODYS)
    incomplete: Mapped[bool] = mapped_column(default=False)
    seller: Mapped[str | None] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(String(300))
    opened: Mapped[datetime] = mapped_column(Time)

    case: Mapped[Case] = relationship()


class Skip(Base):
    """That somebody left a case to others: it is not offered to them again."""

    __tablename__ = "skips"

    case_id: Mapped[int] = mapped_column(
        Number, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    who: Mapped[str] = mapped_column(String(320), primary_key=True)
    at: Mapped[datetime] = mapped_column(Time)
