"""The tables of identity: who is signed in, who is invited, and what happened to accounts.

Of whatever lets somebody in, a cookie or a link, only a hash is kept: who reads the database can't use it.
"""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brand_registry.people import Owner, Person
from storage.database import Base, Time


def new_token() -> str:
    """256 bits of chance, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    # A token is all chance, so a fast hash keeps it as well as a slow one would.
    return hashlib.sha256(token.encode()).hexdigest()


class SignedIn(Base):
    """A browser that is signed in. `standing` is what the person was allowed when it signed in: whatever
    changes in it ends the session.
    """

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    standing: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(45))
    begun: Mapped[datetime] = mapped_column(Time)
    seen: Mapped[datetime] = mapped_column(Time)
    person: Mapped[Person] = relationship()


class Invitation(Base):
    """A link by which somebody becomes a person here, or one who is sets a new password; it works once."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(320), index=True)
    role: Mapped[str | None] = mapped_column(String(20))
    """None where the link is for a new password."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), index=True)
    by: Mapped[str] = mapped_column(String(320))
    made: Mapped[datetime] = mapped_column(Time)
    until: Mapped[datetime] = mapped_column(Time)
    used: Mapped[datetime | None] = mapped_column(Time)
    owner: Mapped[Owner | None] = relationship()


class External(Base):
    """What a provider calls a person who signs in there."""

    __tablename__ = "external_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("person_id", "issuer"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    person: Mapped[Person] = relationship()


class Key(Base):
    """An API key: a program that comes with it may do what `role` may, as long as `person` still holds that
    role or could give it. `public` is its part that may be shown.
    """

    __tablename__ = "keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    public: Mapped[str] = mapped_column(String(20), unique=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), index=True)
    made: Mapped[datetime] = mapped_column(Time)
    until: Mapped[datetime] = mapped_column(Time)
    used: Mapped[datetime | None] = mapped_column(Time)
    revoked: Mapped[datetime | None] = mapped_column(Time)
    person: Mapped[Person] = relationship()
    owner: Mapped[Owner | None] = relationship()


class AccountEvent(Base):
    """What happened to an account, or was tried. `email` is of whoever was named, whether there is such a
    person or not; rows are only ever added, and an attempt turns from failed to signed in.
    """

    __tablename__ = "account_events"
    __table_args__ = (
        Index("ix_account_events_email_at", "email", "at"),
        Index("ix_account_events_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Time)
    kind: Mapped[str] = mapped_column(String(30))
    email: Mapped[str] = mapped_column(String(320))
    address: Mapped[str] = mapped_column(String(45))
    detail: Mapped[str | None] = mapped_column(Text)
