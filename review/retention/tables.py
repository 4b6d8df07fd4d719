"""What is held, what was erased, and what is still to be erased elsewhere."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from review.tables import Number
from storage.database import Base, Time


class Scope(StrEnum):
    """What a hold keeps: all of one case's listing, of one seller's, of one brand's cases, or of anybody."""

    CASE = "case"
    SELLER = "seller"
    BRAND = "brand"
    EVERYTHING = "everything"


class Hold(Base):
    """That nothing of something is erased, by rule or on request, until somebody lifts it at `ended`.

    `value` is a case's number, a seller's hash as the queue has it, or a brand's id; empty for everything.
    """

    __tablename__ = "holds"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(400))
    why: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime] = mapped_column(Time)
    ended: Mapped[datetime | None] = mapped_column(Time)
    ended_by: Mapped[str | None] = mapped_column(String(320))


class Erasure(Base):
    """How much was erased at once, and `why`: by a rule, or as somebody asked for it."""

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Time)
    who: Mapped[str] = mapped_column(String(320))
    why: Mapped[str] = mapped_column(String(40))
    listings: Mapped[int]
    cases: Mapped[int]
    notices: Mapped[int]
    appeals: Mapped[int]


class ErasedVersion(Base):
    """A version of a listing of which pictures, results and shards are still to go; then this row goes."""

    __tablename__ = "erased_versions"

    version_id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)


class ErasedBlob(Base):
    """A file of what was erased that is still to be removed; then this row goes. Written with the rows that
    named it, so that whoever is killed in between leaves it to the next one.
    """

    __tablename__ = "erased_blobs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
