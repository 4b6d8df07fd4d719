"""What is to be done and how far it has come: pulls, pictures, readings, and listings on their way to a
verdict.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from review.tables import Number
from storage.database import Base, Time


class State(StrEnum):
    """How far a piece of work has come. `blocked` waits for other work, `refused` has an outcome that is a
    reason (a picture that can't be read), `quarantined` failed too often and waits for a person.
    """

    BLOCKED = "blocked"
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    SUPERSEDED = "superseded"


class Lane(StrEnum):
    """How urgent a listing is: one that is checked before it is listed overtakes whole catalogues."""

    CATALOGUE = "catalogue"
    CHECK = "check"


class Work:
    """What every piece of work has. `due` is when it is given out anew if nothing was heard of it; `why` is
    what went wrong last.
    """

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    state: Mapped[str] = mapped_column(String(12), default=State.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due: Mapped[datetime] = mapped_column(Time)
    why: Mapped[str | None] = mapped_column(Text)

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - it is asked of the class
        name = cls.__tablename__  # type: ignore[attr-defined]
        return (Index(f"ix_{name}_state_due", "state", "due"),)


class Run(Work, Base):
    """One pull of a source, page by page; `cursor` says where it goes on after `pages` of them. `rows` were
    seen, of which `unchanged` were known already and `rejected` held no listing. `whole` is one that began
    from nothing, and so meets all there is.
    """

    __tablename__ = "runs"

    source: Mapped[str] = mapped_column(String(500), index=True)
    cursor: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    pages: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    whole: Mapped[bool] = mapped_column(default=False)
    started: Mapped[datetime] = mapped_column(Time)
    ended: Mapped[datetime | None] = mapped_column(Time)


class Picture(Work, Base):
    """A picture by its address: a path in `folder`, or a URL. `sha256` is of what was there when it was last
    fetched; `validators` spare the next fetch.
    """

    __tablename__ = "pictures"

    key: Mapped[str] = mapped_column(String(64), unique=True)
    folder: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    validators: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    fetched: Mapped[datetime | None] = mapped_column(Time)
    lane: Mapped[str] = mapped_column(String(12), default=Lane.CATALOGUE)


class Reading(Work, Base):
    """What is read of a picture, once for all listings that show it. `blob` is the artefact."""

    __tablename__ = "readings"

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - it is asked of the class
        return (UniqueConstraint("sha256", "kind", "engine"), Index("ix_readings_state_due", "state", "due"))

    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    engine: Mapped[str] = mapped_column(String(64))
    blob: Mapped[str | None] = mapped_column(String(64), index=True)
    lane: Mapped[str] = mapped_column(String(12), default=Lane.CATALOGUE)


class Shown(Base):
    """That a version of a listing shows a picture, at which place."""

    __tablename__ = "shown"

    version_id: Mapped[int] = mapped_column(
        Number,
        ForeignKey("listing_versions.id", ondelete="CASCADE"),
        primary_key=True,
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[int] = mapped_column(Number, ForeignKey("pictures.id"), index=True)


class Item(Work, Base):
    """A version of a listing on its way: blocked while its pictures are read, then judged, then, where
    something was found, its cases are opened. `result` is the line that a scan would write,
    `cases` what is to be opened of it: objects with a `case` and whether it is in `shadow`, the first
    with the `pictures` that were read.
    """

    __tablename__ = "items"

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - it is asked of the class
        return (
            UniqueConstraint("run_id", "version_id"),
            Index("ix_items_state_due", "state", "due"),
            Index("ix_items_version_id", "version_id"),
        )

    run_id: Mapped[int] = mapped_column(Number, ForeignKey("runs.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(Number, ForeignKey("listing_versions.id", ondelete="CASCADE"))
    lane: Mapped[str] = mapped_column(String(12), default=Lane.CATALOGUE)
    step: Mapped[str] = mapped_column(String(12), default="judge")
    verdict: Mapped[str | None] = mapped_column(String(12))
    result: Mapped[str | None] = mapped_column(Text)
    cases: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)


class Outgoing(Base):
    """A message that is to be sent: written in the transaction that makes it true, removed when it is out."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    task: Mapped[str] = mapped_column(String(40))
    queue: Mapped[str] = mapped_column(String(20))
    numbers: Mapped[list[int]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Time)


class Quarantined(Base):
    """Something that nobody gets done, and why: for a person. `subject` is the number of its row in the
    table of its `kind`, or of the row of a catalogue; `raw` is what it said.
    """

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("run_id", "kind", "subject"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(Number, ForeignKey("runs.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[int] = mapped_column(Number)
    why: Mapped[str] = mapped_column(Text)
    raw: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Time)


class Pulse(Base):
    """When a queue's workers last finished anything."""

    __tablename__ = "pulses"

    queue: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(Time)
