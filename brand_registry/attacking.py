"""Attacks on a brand that its owner asks for, to see where its protection ends: one at a time, and kept.

A row says what is asked for; a worker does it, and keeps what came of it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from brand_registry.people import Owner
from brand_registry.tables import Brand
from detector.errors import DetectorError
from storage.database import Base, Time

KEPT = timedelta(days=90)
"""How long what came of it can be looked at again."""
MOST_A_DAY = 10
"""Attacks on the brands of one owner: each has a processor for itself for a minute."""


class TooManyAttacks(DetectorError):
    """One is under way, or enough were asked for today."""


class AttackState(StrEnum):
    """How far an attack has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = (AttackState.WAITING, AttackState.RUNNING)


class AttackRun(Base):
    """An attack on a brand as it was in a version. `result` is what `detector attack --json` says, `why` what
    failed; `since` is when whoever is at it began.
    """

    __tablename__ = "attack_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    who: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime] = mapped_column(Time)
    state: Mapped[str] = mapped_column(String(20), default=AttackState.WAITING, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime | None] = mapped_column(Time)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    why: Mapped[str | None] = mapped_column(Text)

    brand: Mapped[Brand] = relationship()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def ask(session: Session, brand: Brand, who: str, now: datetime) -> AttackRun:
    """Raises `TooManyAttacks`."""
    # Locked where the database locks rows: two who ask at once come one after the other.
    session.scalar(select(Owner.id).where(Owner.id == brand.owner_id).with_for_update())
    if (refused := refusal(session, brand, now)) is not None:
        raise TooManyAttacks(refused)
    run = AttackRun(brand_id=brand.id, version=brand.version, who=who, at=now)
    session.add(run)
    session.flush()
    return run


def refusal(session: Session, brand: Brand, now: datetime) -> str | None:
    """Why no attack can be asked for now; None where one can."""
    own = select(AttackRun).join(Brand).where(Brand.owner_id == brand.owner_id)
    if session.scalar(own.where(AttackRun.state.in_(OPEN)).limit(1)) is not None:
        return "an attack on a brand of yours is under way; wait until it is done"
    today = select(func.count()).select_from(own.where(AttackRun.at > now - timedelta(days=1)).subquery())
    if (session.scalar(today) or 0) >= MOST_A_DAY:
        return f"{MOST_A_DAY} attacks on your brands were asked for within a day; try again tomorrow"
    return None


def latest(session: Session, brand: int, most: int = 10) -> Sequence[AttackRun]:
    """The last attacks on a brand, the newest first."""
    return session.scalars(
        select(AttackRun).where(AttackRun.brand_id == brand).order_by(AttackRun.id.desc()).limit(most)
    ).all()


def forget(session: Session, day: datetime) -> None:
    """Drops what was asked for too long before a day."""
    session.execute(delete(AttackRun).where(AttackRun.at < day.astimezone(UTC) - KEPT))
