"""Links that make somebody a person here, or give one who is a new password.

Each is 256 bits of chance of which only a hash is kept, good once and for a few days.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from brand_registry.access import Deed, NotAllowed, Viewer, people_managed
from brand_registry.identity import sessions
from brand_registry.identity.accounts import vouched_for
from brand_registry.identity.errors import InvitationEnded, InvitationRefused
from brand_registry.identity.events import Happened, name_of, note
from brand_registry.identity.passwords import hash_of
from brand_registry.identity.signing_in import confirm
from brand_registry.identity.tables import Invitation, hashed, new_token
from brand_registry.people import Person, Role, RoleHeld
from storage.database import Database

_MEANWHILE = "this account was changed in the same moment; open the link once more"
LASTS, PASSWORD_LASTS = timedelta(days=7), timedelta(days=1)


def invite(session: Session, viewer: Viewer, email: str, role: Role, owner: int | None) -> str:
    """The token of a new link; those that the same person had for the same role no longer work.

    Raises `NotAllowed`, and `InvitationRefused` where this is no address.
    """
    if not viewer.may_give(role, owner):
        raise NotAllowed(f"your role does not allow you to make somebody {role.value.replace('_', ' ')}")
    return _link(session, viewer.name, _address(email), role, owner)


def password_link(session: Session, viewer: Viewer, email: str) -> str:
    """The token of a link by which somebody sets a new password without knowing the old one.

    Raises `NotAllowed` for whoever may not manage everybody: a password opens all that a person may do.
    """
    if viewer.owners_where(Deed.MANAGE_PEOPLE) is not None:
        raise NotAllowed("only an administrator can give somebody a new password")
    person = session.scalar(people_managed(viewer).where(Person.email == _address(email)))
    if person is None or person.left:
        raise InvitationRefused("there is nobody here with this address")
    return _link(session, viewer.name, person.email, None, None)


def invited_by(session: Session, token: str, to_use: bool = False) -> Invitation:
    """The invitation; where it is `to_use`, nobody else can before this session ends.

    Raises `InvitationEnded`.
    """
    still_good = (Invitation.used.is_(None), Invitation.until > datetime.now(UTC))
    wanted = select(Invitation).where(Invitation.token == hashed(token), *still_good)
    found = session.scalar(
        wanted.with_for_update() if to_use else wanted.options(joinedload(Invitation.owner))
    )
    if found is None:
        raise InvitationEnded("this link was used already, or has ended; ask whoever sent it for a new one")
    return found


def accept(database: Database, token: str, *, email: str, name: str, password: str, address: str) -> str:
    """Makes the person with the password, or gives the role to one who is there and knows theirs; returns
    the token of a session.

    Raises `InvitationEnded`, `InvitationRefused`, `WeakPassword`, `SignInRefused` and `TooManyAttempts`.
    """
    with database.reading() as session:
        invitation = invited_by(session, token)
        whom, anew = invitation.email or _address(email), invitation.role is None
        there = session.scalar(wanted := select(Person).where(Person.email == whom))
        name = there.name if there else name.strip()
    if not 0 < len(name) <= 200:
        raise InvitationRefused("say your name, in 200 characters at most")
    if there and not anew:
        # Whoever sent the link could open it too: it must not give them somebody's account.
        confirm(database, whom, password, address)
    kept = hash_of(password, name, whom) if anew or not there else None
    with database.writing(whom) as session:
        invitation = invited_by(session, token, to_use=True)
        invitation.used = datetime.now(UTC)
        person = session.scalar(wanted.with_for_update())
        if (person and (person.id, person.password)) != (there and (there.id, there.password)):
            raise InvitationRefused(_MEANWHILE)
        if person is None:
            session.add(person := Person(email=whom, name=name, roles=[]))
            _flush_first(session)
        if kept is not None:
            person.password = kept
        if anew:
            vouched_for(session, whom)
        held = {(one.role, one.owner_id) for one in person.roles}
        if invitation.role and (invitation.role, invitation.owner_id) not in held:
            person.roles.append(RoleHeld(role=invitation.role, owner_id=invitation.owner_id))
        session.flush()
        detail = f"{invitation.role or 'a new password'}, from {invitation.by}"
        note(session, Happened.ACCEPTED, whom, address, detail)
        return sessions.begin(session, person.id, address)


def nobody_yet(session: Session) -> bool:
    """Whether there is nobody at all who could sign in."""
    return session.scalar(select(Person.id).where(Person.left.is_(None)).limit(1)) is None


def _flush_first(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError:
        raise InvitationRefused(_MEANWHILE) from None


def first_of_all(session: Session) -> str | None:
    """A link for the first administrator, as long as there is nobody at all who could sign in."""
    if not nobody_yet(session):
        return None
    return _link(session, "first start", "", Role.ADMINISTRATOR, None)


def _link(session: Session, by: str, email: str, role: Role | None, owner: int | None) -> str:
    now, token = datetime.now(UTC), new_token()
    same = (Invitation.email == email, Invitation.role == role, Invitation.owner_id == owner)
    for older in session.scalars(select(Invitation).where(*same, Invitation.used.is_(None))):
        older.used = now
    until = now + (LASTS if role else PASSWORD_LASTS)
    session.add(
        Invitation(token=hashed(token), email=email, role=role, owner_id=owner, by=by, made=now, until=until)
    )
    return token


def _address(email: str) -> str:
    name = name_of(email)
    if "@" not in name:
        raise InvitationRefused("this is no e-mail address; one looks like anna@example.com")
    return name
