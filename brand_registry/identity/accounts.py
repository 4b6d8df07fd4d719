"""What is done to accounts: passwords changed, roles taken away, people who leave."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from brand_registry.access import Deed, NotAllowed, NotThere, Viewer, people_managed, roles_managed
from brand_registry.identity import sessions
from brand_registry.identity.events import Happened, note
from brand_registry.identity.passwords import hash_of
from brand_registry.identity.signing_in import confirm
from brand_registry.identity.tables import Invitation
from brand_registry.people import Person, Role, RoleHeld
from detector.errors import DetectorError
from storage.database import Database

TAKEN_UP_FOR_AN_OWNER = (Invitation.owner_id.is_not(None), Invitation.used.is_not(None))
"""Links that an owner could have opened too."""


class LastAdministrator(DetectorError):
    """Without one nobody could let anybody in again."""


def change_password(database: Database, email: str, old: str, new: str, address: str) -> str:
    """Signs the person out everywhere, and returns the token of the one session that goes on.

    Raises `SignInRefused` where the old one is wrong, `TooManyAttempts`, and `WeakPassword`.
    """
    person = confirm(database, email, old, address)
    with database.writing(email) as session:
        who = session.get_one(Person, person)
        who.password = hash_of(new, who.name, who.email)
        session.flush()
        sessions.end_all(session, person)
        note(session, Happened.PASSWORD_CHANGED, who.email, address)
        return sessions.begin(session, person, address)


def lock_out(session: Session, person: Person) -> None:
    """Ends the password and all sessions, as somebody else may have them."""
    person.password = None
    session.flush()
    sessions.end_all(session, person.id)


def vouched_for(session: Session, email: str) -> None:
    """The house itself gave this person their password: whoever sent them links before can't know it."""
    session.execute(delete(Invitation).where(Invitation.email == email, *TAKEN_UP_FOR_AN_OWNER))


def people_page(
    session: Session, viewer: Viewer, *, words: str = "", after: str = "", most: int = 50
) -> tuple[Sequence[Person], str | None]:
    """Those whom the viewer manages, by their addresses, and where the next page begins."""
    wanted = people_managed(viewer).where(Person.email > after)
    if words:
        wanted = wanted.where(
            Person.email.icontains(words, autoescape=True) | Person.name.icontains(words, autoescape=True)
        )
    roles = selectinload(Person.roles).selectinload(RoleHeld.owner)
    found = session.scalars(wanted.order_by(Person.email).limit(most + 1).options(roles)).all()
    return found[:most], found[most - 1].email if len(found) > most else None


def take_role(
    session: Session, viewer: Viewer, email: str, role: Role, owner: int | None, *, address: str
) -> None:
    """Raises `NotThere`, `NotAllowed` and `LastAdministrator`."""
    person = _managed(session, viewer, email)
    held = next((r for r in roles_managed(viewer, person) if (r.role, r.owner_id) == (role, owner)), None)
    if held is None:
        raise NotThere("there is nobody here with this address and this role")
    if not viewer.may_give(role, owner):
        raise NotAllowed("your role does not allow you to take this one away")
    if role is Role.ADMINISTRATOR:
        _refuse_the_last(session)
    person.roles.remove(held)
    note(session, Happened.ROLE_TAKEN, person.email, address, f"{role.value}, by {viewer.name}"[:500])


def leave(session: Session, viewer: Viewer, email: str, address: str) -> None:
    """From now on the person may do nothing, with whatever password, session or key.

    Raises `NotThere`, `NotAllowed` and `LastAdministrator`.
    """
    if viewer.owners_where(Deed.MANAGE_PEOPLE) is not None:
        raise NotAllowed("only an administrator can say that somebody has left; you can take their role")
    person = _managed(session, viewer, email)
    if any(one.role == Role.ADMINISTRATOR for one in person.roles):
        _refuse_the_last(session)
    person.left = datetime.now(UTC)
    sessions.end_all(session, person.id)
    note(session, Happened.LEFT, person.email, address, f"said by {viewer.name}"[:500])


def _managed(session: Session, viewer: Viewer, email: str) -> Person:
    person = session.scalar(people_managed(viewer).where(Person.email == email.strip().lower()))
    if person is None:
        raise NotThere("there is nobody here with this address and this role")
    return person


def _refuse_the_last(session: Session) -> None:
    here = (RoleHeld.role == Role.ADMINISTRATOR, Person.left.is_(None))
    if session.scalar(select(func.count()).select_from(RoleHeld).join(Person).where(*here)) == 1:
        raise LastAdministrator("this is the last administrator; make somebody else one first")
