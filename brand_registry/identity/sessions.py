"""Who is signed in: sessions lie on the server, a browser has a token alone."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, delete, or_, select
from sqlalchemy.orm import Session, joinedload

from brand_registry.access import Viewer, viewer_of
from brand_registry.identity.tables import SignedIn, hashed, new_token
from brand_registry.people import Person
from storage.database import Database

IDLE, LONGEST = timedelta(hours=1), timedelta(hours=12)
"""A session ends when nothing was asked for so long, and at the latest after a working day."""
_SEEN_EVERY = timedelta(minutes=1)
"""So often it is written down that somebody is still there."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a token or a key shows to be there. `session` is None for a key."""

    viewer: Viewer
    person: int
    name: str
    session: int | None


def begin(session: Session, person: int, address: str) -> str:
    """A new session, and the token to give the browser; whatever token it had before is worth nothing to
    it.
    """
    token, now = new_token(), datetime.now(UTC)
    who = session.get_one(Person, person)
    session.add(
        SignedIn(
            token=hashed(token),
            person_id=person,
            standing=standing(who),
            address=address,
            begun=now,
            seen=now,
        )
    )
    session.execute(delete(SignedIn).where(_ended()), _since(now))
    return token


def known_by(database: Database, token: str) -> Known | None:
    """Whose session it is, unless it has ended or the person's password or roles have changed since."""
    now = datetime.now(UTC)
    with database.reading() as session:
        found = session.scalars(_of_token(), {"token": hashed(token), **_since(now)}).unique().one_or_none()
        if found is None or found.person.left or found.standing != standing(found.person):
            return None
        known = Known(viewer_of(found.person), found.person_id, found.person.name, found.id)
        quiet = now - found.seen
    if quiet > _SEEN_EVERY:
        with database.writing(known.viewer.name) as session:
            if again := session.get(SignedIn, known.session):
                again.seen = now
    return known


def of_person(session: Session, person: int) -> list[SignedIn]:
    """Where somebody is signed in, the last seen first."""
    own = select(SignedIn).where(SignedIn.person_id == person, ~_ended())
    return list(session.scalars(own.order_by(SignedIn.seen.desc()), _since(datetime.now(UTC))))


def end(session: Session, token: str) -> None:
    session.execute(delete(SignedIn).where(SignedIn.token == hashed(token)))


def end_all(session: Session, person: int) -> None:
    """Signs a person out everywhere."""
    session.execute(delete(SignedIn).where(SignedIn.person_id == person))


def standing(person: Person) -> str:
    """What a session stands on: the password and the roles."""
    roles = sorted(f"{one.role}/{one.owner_id}" for one in person.roles)
    return hashlib.sha256("\n".join([person.password or "", *roles]).encode()).hexdigest()


@cache
def _of_token() -> Select[SignedIn]:
    # Asked with every request: one question, and put into words once.
    return (
        select(SignedIn)
        .where(SignedIn.token == bindparam("token"), ~_ended())
        .options(joinedload(SignedIn.person).joinedload(Person.roles))
    )


def _ended() -> ColumnElement[bool]:
    return or_(SignedIn.seen < bindparam("seen_since"), SignedIn.begun < bindparam("begun_since"))


def _since(now: datetime) -> dict[str, datetime]:
    return {"seen_since": now - IDLE, "begun_since": now - LONGEST}
