"""Who may see and change what: the one place that every question for an owner's data goes through."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

import brand_registry.changes  # noqa: F401 - whoever may change something leaves a history of it
from brand_registry.people import HOUSE, OF_ONE_OWNER, Owner, Person, Role, RoleHeld
from brand_registry.tables import Brand
from detector.errors import DetectorError, NamesNothing
from storage.errors import ChangedMeanwhile


class NotThere(NamesNothing):
    """Something that is not there, or that this viewer may not know of: the two look the same."""


class NotAllowed(DetectorError):
    """Something that the viewer may see, but not do."""


class Deed(StrEnum):
    """What somebody may be allowed to do."""

    SEE_BRANDS = "see brands, their history and what is found for them"
    CHANGE_BRANDS = "change brands and what belongs to them"
    MANAGE_PEOPLE = "invite people and take roles away"
    PROVE_RIGHTS = "hand in documents that prove an owner's rights"
    APPROVE_OWNERS = "approve owners, or refuse them"
    SEE_ACCOUNTS = "see who signed in, and what was tried"
    REVIEW = "review cases"
    LEAD = "see how the queue is, and decide what reviewers disagree on"
    EXCEPT = "make exceptions of brands from what was dismissed"
    SCREEN = "have listings checked by the API"
    KEEP_HOOKS = "have decisions sent to other programs"
    TELL = "read statements of reasons, and what sellers are told"
    RESCAN = "have everything judged again"
    RETAIN = "say what is kept for how long, and have it erased"


_EVERYBODY = frozenset(Role)
MAY: dict[Deed, frozenset[Role]] = {
    Deed.SEE_BRANDS: _EVERYBODY,
    Deed.CHANGE_BRANDS: frozenset({Role.OWNER, Role.BRAND_MANAGER, Role.ADMINISTRATOR}),
    Deed.MANAGE_PEOPLE: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Deed.PROVE_RIGHTS: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Deed.APPROVE_OWNERS: frozenset({Role.ADMINISTRATOR}),
    Deed.SEE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Deed.REVIEW: frozenset({Role.REVIEWER, Role.LEAD}),
    Deed.LEAD: frozenset({Role.LEAD}),
    Deed.EXCEPT: frozenset({Role.REVIEWER, Role.LEAD}),
    Deed.SCREEN: frozenset({Role.SERVICE, Role.ADMINISTRATOR}),
    Deed.KEEP_HOOKS: frozenset({Role.OWNER, Role.BRAND_MANAGER, Role.ADMINISTRATOR}),
    Deed.TELL: frozenset({Role.REVIEWER, Role.LEAD, Role.SERVICE}),
    Deed.RESCAN: frozenset({Role.ADMINISTRATOR}),
    Deed.RETAIN: frozenset({Role.ADMINISTRATOR}),
}
"""Which roles may do what: those of one owner for that owner, the others for all."""


_GIVES: dict[Role, frozenset[Role]] = {
    Role.OWNER: OF_ONE_OWNER,
    Role.ADMINISTRATOR: _EVERYBODY,
}
"""Which roles a role can give to others, or take from them."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks, by the roles that they hold, each with the owner it is held for (None: the whole
    house).
    """

    name: str
    held: frozenset[tuple[Role, int | None]]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(role for role, _ in self.held)

    @property
    def owners(self) -> frozenset[int] | None:
        """Those whose data they may see, None for all of them."""
        return self.owners_where(Deed.SEE_BRANDS)

    def may(self, deed: Deed, owner: int) -> bool:
        """For an owner, whom they may not even know of."""
        owners = self.owners_where(deed)
        return owners is None or owner in owners

    def may_somewhere(self, deed: Deed) -> bool:
        return not self.roles.isdisjoint(MAY[deed])

    def owners_where(self, deed: Deed) -> frozenset[int] | None:
        """For whom they may do it, None for all owners."""
        held = [(role, owner) for role, owner in self.held if role in MAY[deed]]
        if any(role not in OF_ONE_OWNER for role, _ in held):
            return None
        return frozenset(owner for _, owner in held if owner is not None)

    def may_give(self, role: Role, owner: int | None) -> bool:
        """Whether they may give a role to others, or take it away. `owner` is needed for roles of one owner,
        and for those alone.
        """
        if (role in OF_ONE_OWNER) != (owner is not None):
            return False
        return any(
            role in _GIVES.get(mine, ()) and (held == owner or mine not in OF_ONE_OWNER)
            for mine, held in self.held
        )


def operator() -> Viewer:
    """Whoever runs commands on the machine that the database lies on."""
    return Viewer("command line", frozenset({(Role.ADMINISTRATOR, None)}))


def viewer_of(person: Person) -> Viewer:
    """A person by the roles that they hold; one who has left sees nothing."""
    held = () if person.left else person.roles
    return Viewer(person.email, frozenset((Role(one.role), one.owner_id) for one in held))


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


def one_brand(session: Session, viewer: Viewer, public_id: str) -> Brand:
    """The brand with an id, to be looked at. Raises `NotThere`."""
    brand = session.scalar(brands_by_id(viewer, public_id))
    if brand is None:
        raise _no_brand(public_id)
    return brand


def brand_to_change(
    session: Session, viewer: Viewer, public_id: str, version: int | None = None, *,
    deed: Deed = Deed.CHANGE_BRANDS,
) -> Brand:  # fmt: skip
    """The brand, to be changed in this session; `deed` is what the change is, `version` the one that it was
    made on.

    Raises `NotThere`, `NotAllowed`, and `ChangedMeanwhile` where the brand is no longer of that version.
    """
    # Locked where the database locks rows: whoever else changes it waits, and then sees this change.
    brand = session.scalar(brands_by_id(viewer, public_id).with_for_update(of=Brand))
    if brand is None:
        raise _no_brand(public_id)
    refuse_unless(viewer, deed, brand.owner_id)
    if version is not None and brand.version != version:
        raise ChangedMeanwhile(
            f"somebody else changed the brand {public_id!r} in the meantime, and nothing of yours was kept; "
            "look at what is there now and change it again"
        )
    return brand


def _no_brand(public_id: str) -> NotThere:
    return NotThere(f"there is no brand with the id {public_id[:200]!r}; `detector brands list` names them")


def owner_of(session: Session, viewer: Viewer, key: str) -> Owner:
    """The owner with a key. Raises `NotThere`."""
    owner = session.scalar(visible_owners(viewer).where(Owner.key == key))
    if owner is None:
        raise NotThere(f"there is no owner {key[:100]!r}")
    return owner


def people_managed(viewer: Viewer) -> Select[Person]:
    """Those who hold a role that the viewer may take from them; all of them for one who may anywhere."""
    people, owners = select(Person), viewer.owners_where(Deed.MANAGE_PEOPLE)
    if owners is None:
        return people
    held = select(RoleHeld.person_id).where(RoleHeld.owner_id.in_(owners) if owners else false())
    return people.where(Person.id.in_(held))


def roles_managed(viewer: Viewer, person: Person) -> list[RoleHeld]:
    """The roles of a person that the viewer may know of."""
    owners = viewer.owners_where(Deed.MANAGE_PEOPLE)
    return [one for one in person.roles if owners is None or one.owner_id in owners]


def refuse_unless(viewer: Viewer, deed: Deed, owner: int | None = None) -> None:
    """Raises `NotAllowed` where a viewer may not do something: for an owner whom they may know of, or for
    anybody.
    """
    if not (viewer.may_somewhere(deed) if owner is None else viewer.may(deed, owner)):
        raise NotAllowed(f"your role does not allow you to {deed.value}; ask somebody whose does")
