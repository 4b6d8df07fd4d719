"""Listings that somebody tries a brand on before it goes live: what would be flagged.

Texts are judged at once. A picture has to be read first, and all of a catalogue takes its time: for these a
row says what is to be done, and a worker does it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import JSON, ForeignKey, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from brand_registry.rules import Ruled
from brand_registry.stored import Stored
from brand_registry.tables import Brand
from brand_registry.trying import Trier
from detector.listing import Listing
from storage.database import Base, Time

KEPT = timedelta(days=30)
"""How long a trial can be looked at again."""


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


def begin(
    session: Session, one: Stored, who: str, listing: Listing | None, picture: str | None = None
) -> Trial:
    """A trial of a listing, with `picture` (a blob) as the only one it has, or of the last catalogue (None).

    A listing without a picture is judged at once.
    """
    trial = Trial(brand_id=one.number, who=who, at=datetime.now(UTC), picture=picture)
    if listing is not None:
        trial.listing = listing.model_dump(mode="json", exclude_defaults=True)
        if picture is None:
            trial.result, trial.state = told(Trier(one).of(listing)), TrialState.DONE
    session.add(trial)
    session.flush()
    return trial


def told(ruled: Ruled) -> dict[str, Any]:
    """What came of a listing, as a trial keeps it: the result, and what would only be counted."""
    counted = [reason for one in ruled.counted for reason in one.case.reasons]
    return {"shown": orjson.loads(ruled.shown.to_json()), "counted": counted}


def latest(session: Session, brand: int, most: int = 10) -> Sequence[Trial]:
    """The last trials of a brand, the newest first."""
    return session.scalars(
        select(Trial).where(Trial.brand_id == brand).order_by(Trial.id.desc()).limit(most)
    ).all()


def forget(session: Session, day: datetime) -> set[str]:
    """Drops what was tried too long before a day, whether or not anything came of it; returns the pictures
    that were tried.
    """
    old = delete(Trial).where(Trial.at < day - KEPT).returning(Trial.picture)
    gone = session.scalars(old.execution_options(synchronize_session=False))
    return {picture for picture in gone if picture}
