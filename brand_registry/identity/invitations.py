"""Links that make somebody a person here: 256 bits of chance, good once and for a few days."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.identity import sessions
from brand_registry.identity.errors import InvitationEnded
from brand_registry.identity.passwords import hash_of
from brand_registry.identity.signing_in import note, sign_in
from brand_registry.identity.tables import Invitation, hashed, new_token
from brand_registry.people import Person, Role, RoleHeld
from storage.database import Database

LASTS = timedelta(days=7)


def invite(session: Session, email: str, role: Role, owner: int | None, by: str) -> str:
    """The token of a new link; those that the same person had for the same role no longer work.

    Without an `email` whoever opens the link says what theirs is.
    """
    now, token = datetime.now(UTC), new_token()
    same = (Invitation.email == email, Invitation.role == role, Invitation.owner_id == owner)
    for older in session.scalars(select(Invitation).where(*same, Invitation.used.is_(None))):
        older.used = now
    session.add(
        Invitation(
            token=hashed(token), email=email, role=role, owner_id=owner, by=by, made=now, until=now + LASTS
        )
    )
    return token


def invited_by(session: Session, token: str, to_use: bool = False) -> Invitation:
    """The invitation; where it is `to_use`, nobody else can before this session ends.

    Raises `InvitationEnded`.
    """
    still_good = (Invitation.used.is_(None), Invitation.until > datetime.now(UTC))
    wanted = select(Invitation).where(Invitation.token == hashed(token), *still_good)
    found = session.scalar(wanted.with_for_update() if to_use else wanted)
    if found is None:
        raise InvitationEnded("this link was used already, or has ended; ask whoever sent it for a new one")
    return found


def accept(database: Database, token: str, *, email: str, name: str, password: str, address: str) -> str:
    """Makes the person with the password, or gives the role to one who is there and knows theirs; returns
    the token of a session.

    Raises `InvitationEnded`, `WeakPassword`, `SignInRefused` and `TooManyAttempts`.
    """
    with database.reading() as session:
        whom = invited_by(session, token).email or email
        there = session.scalar(select(Person.id).where(Person.email == whom)) is not None
    if there:
        # Whoever sent the link could open it too: it must not give them somebody's account.
        sign_in(database, whom, password, address)
    kept = None if there else hash_of(password, name, whom)
    with database.writing(whom) as session:
        invitation = invited_by(session, token, to_use=True)
        invitation.used = datetime.now(UTC)
        person = session.scalar(select(Person).where(Person.email == whom))
        if person is None:
            person = Person(email=whom, name=name, password=kept, roles=[])
            session.add(person)
        if (invitation.role, invitation.owner_id) not in {(one.role, one.owner_id) for one in person.roles}:
            person.roles.append(RoleHeld(role=invitation.role, owner_id=invitation.owner_id))
        session.flush()
        note(session, "invitation accepted", whom, address, f"{invitation.role}, from {invitation.by}")
        return sessions.begin(session, person.id, address)


def first_of_all(session: Session) -> str | None:
    """A link for the first administrator, as long as there is nobody at all who could sign in."""
    if session.scalar(select(Person.id).where(Person.left.is_(None)).limit(1)) is not None:
        return None
    return invite(session, "", Role.ADMINISTRATOR, None, "first start")
