"""Rescans, the parts that they are done in, and the cases that they keep back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from review.tables import Number
from storage.database import Base, Time
from workers.graph.tables import Work
from workers.shards.tables import Holds


class Kind(StrEnum):
    """What changed: `brand` some brands, looked for alone; `rule` what every listing is judged by; `model`
    what pictures are read by: they are read again beside what is judged with.
    """

    BRAND = "brand"
    RULE = "rule"
    MODEL = "model"


class RescanState(StrEnum):
    """`new` waits for a yes, `scheduled` for a snapshot that holds what changed. A rescan that is `aborting`
    waits for the parts that are being done.
    """

    NEW = "new"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    ABORTING = "aborting"
    ABORTED = "aborted"
    COMPLETED = "completed"


ENDED = (RescanState.ABORTED, RescanState.COMPLETED)


class Rescan(Base):
    """One rescan. `brands` are ids as results name them, none for all; `revision` is the registry's that it
    needs at least; `upto` is the newest version of a listing that belongs to it, `upto_looks` the newest
    reading of a picture, `laps` how often they were moved on. `budget` is in listings an hour: since `since`
    it counts what was seen beyond `seen_before`.
    `cap` is the most cases that it opens a brand; `estimate` is what its dry run told. Of a model, `reads`
    are the settings that choose it, the budget is in pictures, and `estimate` what would change. Of these,
    `moved` readings were put where settings that name it find them, `moved_refused` of them of pictures that
    couldn't be read; `switched` is when all were.
    """

    __tablename__ = "rescans"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    brands: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12), default=RescanState.NEW, index=True)
    who: Mapped[str] = mapped_column(String(320))
    made: Mapped[datetime] = mapped_column(Time)
    started: Mapped[datetime | None] = mapped_column(Time)
    ended: Mapped[datetime | None] = mapped_column(Time)
    revision: Mapped[int]
    upto: Mapped[int] = mapped_column(Number, default=0)
    upto_looks: Mapped[int] = mapped_column(Number, default=0, server_default="0")
    laps: Mapped[int] = mapped_column(default=0)
    budget: Mapped[int | None]
    since: Mapped[datetime | None] = mapped_column(Time)
    seen_before: Mapped[int] = mapped_column(Number, default=0)
    cap: Mapped[int | None]
    estimate: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    why: Mapped[str | None] = mapped_column(Text)
    reads: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    moved: Mapped[int] = mapped_column(Number, default=0, server_default="0")
    moved_refused: Mapped[int] = mapped_column(Number, default=0, server_default="0")
    switched: Mapped[datetime | None] = mapped_column(Time)


class RescanPart(Work, Base):
    """The versions of listings, or readings of pictures, from `first` to `last` by their numbers; all up to
    `cursor` are done, with what came of them in the same transaction. `revision` is the oldest of the
    registry that it was judged with. Blocked is a part that nobody was asked to do yet.

    Of its counts, `listings` or `pictures` were looked at, `candidates` are listings that may have something
    to do with what changed, and were `judged` but for those that are `left` to be judged in their own turn
    and those that `failed`; `opened`, `merged` and `gone` are cases, `kept` those over the cap. Seconds are
    of the clock.
    """

    __tablename__ = "rescan_parts"

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - it is asked of the class
        return (
            UniqueConstraint("rescan_id", "holds", "first", "lap"),
            Index("ix_rescan_parts_state_due", "state", "due"),
        )

    rescan_id: Mapped[int] = mapped_column(Number, ForeignKey("rescans.id", ondelete="CASCADE"))
    holds: Mapped[str] = mapped_column(String(8), default=Holds.TEXTS, server_default=Holds.TEXTS)
    first: Mapped[int] = mapped_column(Number)
    last: Mapped[int] = mapped_column(Number)
    lap: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[int] = mapped_column(Number)
    revision: Mapped[int | None]
    listings: Mapped[int] = mapped_column(Number, default=0)
    pictures: Mapped[int] = mapped_column(Number, default=0, server_default="0")
    candidates: Mapped[int] = mapped_column(Number, default=0)
    judged: Mapped[int] = mapped_column(Number, default=0)
    opened: Mapped[int] = mapped_column(Number, default=0)
    merged: Mapped[int] = mapped_column(Number, default=0)
    gone: Mapped[int] = mapped_column(Number, default=0)
    kept: Mapped[int] = mapped_column(Number, default=0)
    left: Mapped[int] = mapped_column(Number, default=0)
    failed: Mapped[int] = mapped_column(Number, default=0)
    bytes: Mapped[int] = mapped_column(Number, default=0)
    scanning: Mapped[float] = mapped_column(default=0.0)
    judging: Mapped[float] = mapped_column(default=0.0)
    opening: Mapped[float] = mapped_column(default=0.0)


COUNTS = (
    "listings",
    "pictures",
    "candidates",
    "judged",
    "opened",
    "merged",
    "gone",
    "kept",
    "left",
    "failed",
    "bytes",
)
SECONDS = ("scanning", "judging", "opening")


class Kept(Base):
    """A case over the cap of its brand: to be opened later, the riskiest first. `found` is what is said of
    the listing, as results write it, with that case alone.
    """

    __tablename__ = "rescan_kept"
    __table_args__ = (UniqueConstraint("rescan_id", "brand", "listing_id"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    rescan_id: Mapped[int] = mapped_column(Number, ForeignKey("rescans.id", ondelete="CASCADE"))
    brand: Mapped[str] = mapped_column(String(400))
    listing_id: Mapped[int] = mapped_column(Number, ForeignKey("listings.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(Number, ForeignKey("listing_versions.id", ondelete="CASCADE"))
    risk: Mapped[float]
    shadow: Mapped[bool] = mapped_column(default=False)
    found: Mapped[dict[str, Any]] = mapped_column(JSON)
