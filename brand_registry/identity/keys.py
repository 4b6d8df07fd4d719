"""API keys: shown once, kept hashed, for one role of one person's."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from brand_registry.access import NotAllowed, NotThere, Viewer, viewer_of
from brand_registry.identity.sessions import Known
from brand_registry.identity.tables import Key, hashed, new_token
from brand_registry.people import Person, Role
from detector.errors import DetectorError
from storage.database import Database

PREFIX = "detector_"
"""By which a key can be told from other secrets, by people and by what searches repositories for them."""
MOST = 50
"""Keys of one person that still work."""
LONGEST = timedelta(days=366)
_USED_EVERY = timedelta(minutes=1)


class KeyRefused(DetectorError):
    """A key that can't be made."""


def make(
    session: Session, viewer: Viewer, person: int, *, name: str, role: Role, owner: int | None, days: int
) -> str:
    """The key itself, which nobody can see again. Raises `NotAllowed` and `KeyRefused`."""
    if (role, owner) not in viewer.held and not viewer.may_give(role, owner):
        raise NotAllowed("a key can have no role but those that you hold, or could give to others")
    name = name.strip()
    if not 0 < len(name) <= 100:
        raise KeyRefused("a key needs a name of 100 characters at most; say what uses it")
    if not 0 < days <= LONGEST.days:
        raise KeyRefused(f"a key lasts from 1 to {LONGEST.days} days")
    if len(session.scalars(_working(person)).all()) >= MOST:
        raise KeyRefused(f"you have {MOST} keys, which is as many as one can have; revoke some first")
    public, now = secrets.token_hex(6), datetime.now(UTC)
    key = f"{PREFIX}{public}_{new_token()}"
    session.add(
        Key(
            public=public, token=hashed(key), name=name, person_id=person, role=role, owner_id=owner,
            made=now, until=now + timedelta(days=days),
        )
    )  # fmt: skip
    return key


def known_by(database: Database, key: str) -> Known | None:
    """Whose key it is, if it still works."""
    now = datetime.now(UTC)
    with database.reading() as session:
        found = session.scalar(
            select(Key)
            .where(Key.token == hashed(key), Key.revoked.is_(None), Key.until > now)
            .options(selectinload(Key.person).selectinload(Person.roles))
        )
        if found is None:
            return None
        holder, held = viewer_of(found.person), (Role(found.role), found.owner_id)
        if held not in holder.held and not holder.may_give(*held):
            return None
        name = f"key {found.public} of {found.person.email}"
        known = Known(Viewer(name[:320], frozenset({held})), found.person_id, found.person.name, None)
        row, used = found.id, found.used
    if used is None or now - used > _USED_EVERY:
        with database.writing(known.viewer.name) as session:
            session.get_one(Key, row).used = now
    return known


def of_person(session: Session, person: int) -> list[Key]:
    """The keys of a person that still work, the newest first."""
    return list(session.scalars(_working(person).order_by(Key.id.desc()).options(selectinload(Key.owner))))


def revoke(session: Session, person: int, public: str) -> Key:
    """Raises `NotThere` where the person has no such key."""
    found = session.scalar(_working(person).where(Key.public == public))
    if found is None:
        raise NotThere("there is no such key of yours")
    found.revoked = datetime.now(UTC)
    return found


def _working(person: int) -> Select[Key]:
    return select(Key).where(Key.person_id == person, Key.revoked.is_(None), Key.until > datetime.now(UTC))
