"""Listings in all their versions, and the cases that were opened about them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Text,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.database import Base, Time

Number = BigInteger().with_variant(Integer, "sqlite")
"""Of rows that there may be billions of; SQLite's own integers are as long."""


class CaseState(StrEnum):
    """Whether somebody still has to look."""

    OPEN = "open"
    CLOSED = "closed"


class Listing(Base):
    """A listing as its source names it. `content` is the sha256 of what it said last, `version` the number of
    that version; `seen` is when it was last there; `seller` is the same for all of one seller's
    (`review/sellers.py`).
    """

    __tablename__ = "listings"
    __table_args__ = (UniqueConstraint("source", "key"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    source: Mapped[str] = mapped_column(String(500))
    key: Mapped[str] = mapped_column(String(500), index=True)
    content: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    seen: Mapped[datetime] = mapped_column(Time, index=True)
    seller: Mapped[str | None] = mapped_column(String(64), index=True)


class Pulled(Base):
    """How far a source is known: when its last pull began that came to its end, and the last `whole` one, of
    all there was. Others ask for what has changed, and leave out what is as it was.
    """

    __tablename__ = "pulled_sources"

    source: Mapped[str] = mapped_column(String(500), primary_key=True)
    began: Mapped[datetime] = mapped_column(Time)
    whole: Mapped[datetime | None] = mapped_column(Time)


class ListingVersion(Base):
    """What a listing said from some time on: `data` is its JSON. `erased` is since when that says nothing any
    more of what it had said.
    """

    __tablename__ = "listing_versions"
    __table_args__ = (UniqueConstraint("listing_id", "number"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    listing_id: Mapped[int] = mapped_column(Number, ForeignKey("listings.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(String(64))
    data: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(Time)
    erased: Mapped[datetime | None] = mapped_column(Time)

    listing: Mapped[Listing] = relationship()


def current_versions() -> Select[int]:
    """The numbers of the versions that are what their listings say now; of what was erased nothing is."""
    return (
        select(ListingVersion.id)
        .join(Listing, Listing.id == ListingVersion.listing_id)
        .where(ListingVersion.number == Listing.version, ListingVersion.erased.is_(None))
    )


class Case(Base):
    """All that one listing does to one brand, as long as somebody has to look at it.

    `brand` is the brand's id in results. `shadow` cases are counted and never shown. `risk`, `reasons`,
    `qualifiers`, `missing`, `versions` and a model's `opinion` are of the last time that the listing was
    judged, `version_id` is what was judged then; `gone` is since when a newer version shows nothing of it any
    more. `rescan` is the number of the rescan that opened it, None of those that came with their listing.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "uq_cases_open",
            "listing_id",
            "brand",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_cases_queue", "state", "shadow", "risk"),
        Index("ix_cases_rescan_brand", "rescan", "brand"),
        Index("ix_cases_version_id", "version_id"),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    listing_id: Mapped[int] = mapped_column(Number, ForeignKey("listings.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(Number, ForeignKey("listing_versions.id", ondelete="CASCADE"))
    brand: Mapped[str] = mapped_column(String(400))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brands.id", ondelete="SET NULL"), index=True)
    state: Mapped[str] = mapped_column(String(20), default=CaseState.OPEN)
    shadow: Mapped[bool] = mapped_column(default=False)
    risk: Mapped[float]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    qualifiers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    missing: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    versions: Mapped[dict[str, str]] = mapped_column(JSON)
    opinion: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    opened: Mapped[datetime] = mapped_column(Time)
    changed: Mapped[datetime] = mapped_column(Time)
    gone: Mapped[datetime | None] = mapped_column(Time)
    rescan: Mapped[int | None] = mapped_column(Number)
    lock: Mapped[int] = mapped_column(default=1)

    listing: Mapped[Listing] = relationship()
    version: Mapped[ListingVersion] = relationship()
    evidence: Mapped[list["CaseEvidence"]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="CaseEvidence.id"
    )

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 - SQLAlchemy reads it


class CaseEvidence(Base):
    """One thing found, once a case however often it is found. `what` is its JSON as in results, `key` the
    sha256 of all of it but its score. `versions` made it; it was found first in the listing's version
    `first_id`, last in `last_id`, first by the `rescan` of that number, if by one.
    """

    __tablename__ = "case_evidence"
    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        # Whoever removes a version is asked for each evidence that names it.
        Index("ix_case_evidence_first_id", "first_id"),
        Index("ix_case_evidence_last_id", "last_id"),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    case_id: Mapped[int] = mapped_column(Number, ForeignKey("cases.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(40))
    score: Mapped[float]
    what: Mapped[dict[str, Any]] = mapped_column(JSON)
    versions: Mapped[dict[str, str]] = mapped_column(JSON)
    first_id: Mapped[int] = mapped_column(Number, ForeignKey("listing_versions.id", ondelete="CASCADE"))
    last_id: Mapped[int] = mapped_column(Number, ForeignKey("listing_versions.id", ondelete="CASCADE"))
    since: Mapped[datetime] = mapped_column(Time)
    rescan: Mapped[int | None] = mapped_column(Number)

    case: Mapped[Case] = relationship(back_populates="evidence")
