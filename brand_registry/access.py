"""Who may see and change what: the one place that every question for an owner's data goes through."""

from dataclasses import dataclass

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from brand_registry.people import HOUSE, OF_ONE_OWNER, Owner, Person, Role
from brand_registry.tables import Brand
from detector.errors import DetectorError
from storage.errors import ChangedMeanwhile


class NotThere(DetectorError):
    """Something that is not there, or that this viewer may not know of: the two look the same."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks. `owners` are those whose data they may see, None for all of them."""

    name: str
    roles: frozenset[Role]
    owners: frozenset[int] | None = frozenset()


def operator() -> Viewer:
    """Whoever runs commands on the machine that the database lies on."""
    return Viewer("command line", frozenset({Role.ADMINISTRATOR}), None)


def viewer_of(person: Person) -> Viewer:
    """A person by the roles that they hold; one who has left sees nothing."""
    held = [] if person.left else person.roles
    whole = any(Role(one.role) not in OF_ONE_OWNER for one in held)
    owners = frozenset(one.owner_id for one in held if one.owner_id is not None)
    return Viewer(person.email, frozenset(Role(one.role) for one in held), None if whole else owners)


def visible_brands(viewer: Viewer) -> Select[Brand]:
    """The brands that a viewer may see, to be narrowed further."""
    brands = select(Brand)
    if viewer.owners is None:
        return brands
    return brands.where(Brand.owner_id.in_(viewer.owners) if viewer.owners else false())


def visible_owners(viewer: Viewer) -> Select[Owner]:
    owners = select(Owner)
    if viewer.owners is None:
        return owners
    return owners.where(Owner.id.in_(viewer.owners) if viewer.owners else false())


def brands_by_id(viewer: Viewer, public_id: str) -> Select[Brand]:
    """The brand with an id as results give it, if the viewer may see it."""
    owner, slash, key = public_id.partition("/")
    if not slash:
        owner, key = HOUSE, public_id
    return visible_brands(viewer).join(Owner).where(Owner.key == owner, Brand.key == key)


def brand_to_change(session: Session, viewer: Viewer, public_id: str, version: int | None = None) -> Brand:
    """The brand, to be changed in this session. `version` is the one that the change was made on.

    Raises `NotThere`, and `ChangedMeanwhile` where the brand is no longer of that version.
    """
    brand = session.scalar(brands_by_id(viewer, public_id))
    if brand is None:
        raise NotThere(
            f"there is no brand with the id {public_id[:200]!r}; `detector brands list` names them"
        )
    if version is not None and brand.version != version:
        raise ChangedMeanwhile(
            f"somebody else changed the brand {public_id!r} in the meantime, and nothing of yours was kept; "
            "look at what is there now and change it again"
        )
    return brand


def owner_of(session: Session, viewer: Viewer, key: str) -> Owner:
    """The owner with a key. Raises `NotThere`."""
    owner = session.scalar(visible_owners(viewer).where(Owner.key == key))
    if owner is None:
        raise NotThere(f"there is no owner {key[:100]!r}")
    return owner
