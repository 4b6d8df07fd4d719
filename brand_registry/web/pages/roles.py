"""Roles in forms: `reviewer`, or `owner/acme` for one that is held for an owner."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import Viewer, visible_owners
from brand_registry.people import Owner, Role, RoleHeld
from detector.errors import DetectorError


class UnknownRole(DetectorError):
    """A role that there isn't, or of an owner that the viewer may not know of: the two look the same."""


def role_of(session: Session, viewer: Viewer, given: str) -> tuple[Role, int | None]:
    """The role, and the number of the owner it is for. Raises `UnknownRole`."""
    role, _, key = given.partition("/")
    owner = session.scalar(visible_owners(viewer).where(Owner.key == key)) if key else None
    if role not in set(Role) or (key and owner is None):
        raise UnknownRole("choose one of the roles that are offered")
    return Role(role), owner.id if owner else None


def roles_offered(
    session: Session, viewer: Viewer, owners: Sequence[Owner] = (), own: bool = False
) -> list[tuple[str, str]]:
    """What a form offers, with its words: roles that the viewer may give, for these owners and their own;
    with `own` also those that they hold.
    """
    held = {owner for _, owner in viewer.held if owner is not None}
    theirs = [*owners, *session.scalars(select(Owner).where(Owner.id.in_(held)).order_by(Owner.name))]
    found = {}
    for role in Role:
        for owner in (None, *theirs):
            number = owner.id if owner else None
            if viewer.may_give(role, number) or (own and (role, number) in viewer.held):
                found[written(role, owner)] = said(role, owner)
    return list(found.items())


def written(role: str, owner: Owner | None) -> str:
    return f"{role}/{owner.key}" if owner else role


def said(role: str, owner: Owner | None) -> str:
    words = role.replace("_", " ")
    return f"{words} of {owner.name}" if owner else words


def shown(held: Sequence[RoleHeld]) -> list[tuple[str, str]]:
    """Roles that somebody holds, as a form gives them back, with their words."""
    return [(written(one.role, one.owner), said(one.role, one.owner)) for one in held]
