"""Owners, and the people who may do something for them or for the whole house."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.database import Base, Time


class Role(StrEnum):
    """What a person may do. The first two are held for one owner, the others for the whole house."""

    OWNER = "owner"
    """Everything of one owner's, its people included."""
    BRAND_MANAGER = "brand_manager"
    """The brands of one owner."""
    REVIEWER = "reviewer"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"
    """A program."""


OF_ONE_OWNER = frozenset({Role.OWNER, Role.BRAND_MANAGER})
HOUSE = "house"
"""The owner of brands that came from files, where no other is named."""


class Owner(Base):
    """A tenant: who owns brands, and sees nobody else's.

    `key` is its name in addresses and ids; `verified` says that an administrator has seen its rights, without
    which no brand of it goes live.
    """

    __tablename__ = "owners"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    verified: Mapped[bool] = mapped_column(default=False)


class OfOwner:
    """What every row that belongs to an owner has; what happens to it goes into the history."""

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), index=True)


class Person(Base):
    """Somebody who signs in, or a program that does. `password` is its argon2 hash, None where none is
    set."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password: Mapped[str | None] = mapped_column(String(200))
    left: Mapped[datetime | None] = mapped_column(Time)
    """Since when they may do nothing any more."""
    roles: Mapped[list["RoleHeld"]] = relationship(back_populates="person", cascade="all, delete-orphan")


class RoleHeld(Base):
    """A role of a person's; `owner` is whom it is held for, and None for the whole house."""

    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("person_id", "role", "owner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), index=True)
    person: Mapped[Person] = relationship(back_populates="roles")
    owner: Mapped[Owner | None] = relationship()
