"""How good an owner's reports are, and how many more they may file.

What an owner reports takes people's time, and sellers' listings. Of what was decided in the last 90 days:

| decided | share that held | reports a day |
| --- | --- | --- |
| fewer than 20 | any | 50 |
| 20 or more | 80% or more | 1,000 |
| | 50% to 80% | 200 |
| | 20% to 50% | 20 |
| | less than 20% | none, until older ones have left the count |
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base

WINDOW = timedelta(days=90)
ENOUGH = 20
"""Decided reports from which on their share says something."""
_NEW = 50
_A_DAY = ((0.8, 1_000), (0.5, 200), (0.2, 20), (0.0, 0))


class NoticeDay(Base):
    """What an owner filed on a day, and what was decided on that day of whatever they filed."""

    __tablename__ = "notice_days"

    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    filed: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    fell: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class Quality:
    """Of an owner's reports that were decided within the window, how many held and how many fell."""

    held: int
    fell: int

    @property
    def decided(self) -> int:
        return self.held + self.fell

    @property
    def share(self) -> float | None:
        """None where too few were decided to say."""
        return self.held / self.decided if self.decided >= ENOUGH else None

    @property
    def a_day(self) -> int:
        """How many reports they may file a day."""
        share = self.share
        return _NEW if share is None else next(most for least, most in _A_DAY if share >= least)


def quality_of(session: Session, owner: int) -> Quality:
    since = datetime.now(UTC).date() - WINDOW
    counted = select(
        func.coalesce(func.sum(NoticeDay.held), 0), func.coalesce(func.sum(NoticeDay.fell), 0)
    ).where(NoticeDay.owner_id == owner, NoticeDay.day > since)
    held, fell = session.execute(counted).one()
    return Quality(held, fell)


def may_file(session: Session, owner: int) -> str | None:
    """Why the owner may file no more reports today, in one sentence; None where they may."""
    quality = quality_of(session, owner)
    filed = session.scalar(
        select(NoticeDay.filed).where(NoticeDay.owner_id == owner, NoticeDay.day == datetime.now(UTC).date())
    )
    if (filed or 0) < quality.a_day:
        return None
    if quality.share is None:
        return f"{quality.a_day} reports were filed today, which is as many as one may file at first"
    held = f"of {quality.decided} reports decided in the last {WINDOW.days} days {quality.share:.0%} held"
    if quality.a_day == 0:
        return f"{held}: no more can be filed until more of them do"
    return f"{held}: {quality.a_day:,} a day may be filed, and were today"


def record_filed(session: Session, owner: int) -> None:
    """To be called in the session that files a report, behind `may_file`."""
    _count(session, owner, "filed")


def record_outcome(session: Session, owner: int, held: bool) -> None:
    """To be called in the session that decides a report of the owner's."""
    _count(session, owner, "held" if held else "fell")


def _count(session: Session, owner: int, what: str) -> None:
    # One statement, so that two who decide at once are both counted.
    from sqlalchemy.dialects import postgresql, sqlite

    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"filed": 0, "held": 0, "fell": 0} | {what: 1}
    session.execute(
        insert(NoticeDay)
        .values(owner_id=owner, day=datetime.now(UTC).date(), **row)
        .on_conflict_do_update(
            index_elements=["owner_id", "day"], set_={what: NoticeDay.__table__.c[what] + 1}
        )
    )
