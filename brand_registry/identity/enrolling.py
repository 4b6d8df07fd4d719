"""People as an operator makes them on the machine itself, where no link needs to be sent."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, NotAllowed, NotThere, Viewer, owner_of, refuse_unless
from brand_registry.identity import sessions
from brand_registry.identity.accounts import TAKEN_UP_FOR_AN_OWNER, lock_out, vouched_for
from brand_registry.identity.events import Happened, note
from brand_registry.identity.passwords import hash_of
from brand_registry.identity.tables import Invitation
from brand_registry.people import OF_ONE_OWNER, Person, Role, RoleHeld
from detector.errors import DetectorError

HERE = "this machine"
"""Where it was done, in what is told of accounts."""


class NotEnrolled(DetectorError):
    """Somebody who can't be made a person as it was asked."""


def add_person(session: Session, viewer: Viewer, email: str, name: str, password: str) -> Person:
    """A new person without any role. Raises `NotAllowed`, `NotEnrolled` and `WeakPassword`."""
    refuse_unless(viewer, Deed.APPROVE_OWNERS)
    email, name = email.strip().lower(), name.strip()
    before, at, behind = email.partition("@")
    if not (before and at and behind) or len(email) > 320 or any(char.isspace() for char in email):
        raise NotEnrolled(f"{email[:100]!r} is no address such as anna@example.org")
    if not 0 < len(name) <= 200:
        raise NotEnrolled("a name has 200 characters at most, and one at least")
    if session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise NotEnrolled(f"there is a person {email} already; give them a role instead")
    vouched_for(session, email)
    session.add(person := Person(email=email, name=name, password=hash_of(password, name, email), roles=[]))
    session.flush()
    return person


def set_password(session: Session, viewer: Viewer, email: str, password: str) -> None:
    """Signs the person out everywhere. Raises `NotAllowed`, `NotThere` and `WeakPassword`."""
    refuse_unless(viewer, Deed.APPROVE_OWNERS)
    person = person_of(session, email)
    person.password = hash_of(password, person.name, person.email)
    session.flush()
    vouched_for(session, person.email)
    sessions.end_all(session, person.id)
    note(session, Happened.PASSWORD_CHANGED, person.email, HERE, f"by {viewer.name}")


def give_role(session: Session, viewer: Viewer, email: str, role: Role, owner: str | None) -> bool:
    """`owner` is the key of the one it is held for. Whoever came in by another owner's link needs a new
    password then: that owner could open the link too, and be the one who knows the password. Returns whether
    the person can still sign in as before.

    Raises `NotThere`, `NotAllowed` and `NotEnrolled`.
    """
    person, number = person_of(session, email), owner_number(session, viewer, role, owner)
    if not viewer.may_give(role, number):
        raise NotAllowed("your role does not allow you to give this one")
    doubtful = False
    if (role, number) not in {(one.role, one.owner_id) for one in person.roles}:
        doubtful = person.password is not None and _let_in_by_another(session, person, number)
        if doubtful:
            lock_out(session, person)
            note(session, Happened.LOCKED_OUT, person.email, HERE, f"needs a new password for {role.value}")
        person.roles.append(RoleHeld(role=role, owner_id=number))
        session.flush()
    return not doubtful


def _let_in_by_another(session: Session, person: Person, owner: int | None) -> bool:
    """Whether they took up a link of another owner than the one with this number, and nobody of the house has
    given them a password since; who holds a role for the house was looked at when it was given.
    """
    if any(one.owner_id is None for one in person.roles):
        return False
    sent = select(Invitation.id).where(Invitation.email == person.email, *TAKEN_UP_FOR_AN_OWNER)
    others = sent if owner is None else sent.where(Invitation.owner_id != owner)
    return session.scalar(others.limit(1)) is not None


def owner_number(session: Session, viewer: Viewer, role: Role, owner: str | None) -> int | None:
    """The owner that a role is held for. Raises `NotThere`, and `NotEnrolled` where the two don't belong
    together.
    """
    if (role in OF_ONE_OWNER) != (owner is not None):
        of = (
            "held for one owner; name it with --owner"
            if owner is None
            else "for the whole house, not an owner"
        )
        raise NotEnrolled(f"the role {role.value} is {of}")
    return None if owner is None else owner_of(session, viewer, owner).id


def person_of(session: Session, email: str) -> Person:
    """Raises `NotThere`."""
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None:
        raise NotThere(f"there is nobody with the address {email[:100]!r}; `detector people list` names them")
    return person
