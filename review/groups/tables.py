"""What ties cases to each other: sellers, pictures, texts and contact details that they have in common."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from review.tables import Number
from storage.database import Base


class Kind(StrEnum):
    """What two cases may have in common."""

    SELLER = "seller"
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    PICTURE = "picture"
    LIKE_PICTURE = "like_picture"
    """Never kept: pictures that are alike are found by their hashes when they are asked for."""
    TITLE = "title"
    SENTENCE = "sentence"


CONTACTS = frozenset({Kind.PHONE, Kind.EMAIL, Kind.HANDLE})
"""Of these a tie has nothing in it that a copy of the database alone would tell."""


class Tie(Base):
    """That a case has something which others may have too.

    `value` is a sha256, of the picture or of what was found, with the installation's key where that is a
    contact; `said` is what people are shown of it, encrypted by the same where it is one.
    """

    __tablename__ = "ties"
    __table_args__ = (Index("ix_ties_kind_value", "kind", "value", "case_id"),)

    case_id: Mapped[int] = mapped_column(
        Number, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    said: Mapped[str] = mapped_column(Text)


class Look(Base):
    """The PDQ hashes of a picture in eight turns, 256 bytes, upright first; by the picture's sha256."""

    __tablename__ = "looks_of_pictures"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class Band(Base):
    """A part of the upright one of such hashes, by which its like are found."""

    __tablename__ = "bands_of_pictures"

    value: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(
        String(64), ForeignKey("looks_of_pictures.sha256", ondelete="CASCADE"), primary_key=True
    )
