"""Who a key is, and the owners it may know of."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import select

from brand_registry.access import owner_of
from brand_registry.notices import may_file, quality_of
from brand_registry.owners import owners_page
from brand_registry.people import Owner
from brand_registry.web.asking import SignedIn, TheDatabase
from brand_registry.web.rendering import Part

router = APIRouter(prefix="/v1", tags=["people and owners"])
PART = Part(router)


class RoleTold(BaseModel):
    """A role, with the key of the owner it is held for, or null for the whole house."""

    role: str
    owner: str | None


class Me(BaseModel):
    name: str
    roles: list[RoleTold]


class OwnerTold(BaseModel):
    """`verified` owners' brands may go live."""

    key: str
    name: str
    verified: bool


class OwnerInFull(OwnerTold):
    """With how many of their reports held in the last 90 days, and why they may file no more today."""

    reports_held: int
    reports_fell: int
    reports_a_day: int
    may_not_file: str | None


class OwnersTold(BaseModel):
    """A page of owners; `after` asks for the next one, null on the last."""

    owners: list[OwnerTold]
    after: str | None


@router.get("/me")
def me(database: TheDatabase, known: SignedIn) -> Me:
    """Whose key this is, and what it may act as."""
    with database.reading() as session:
        held = [owner for _, owner in known.viewer.held if owner is not None]
        rows = session.execute(select(Owner.id, Owner.key).where(Owner.id.in_(held))).all()
        keys: dict[int, str] = dict(rows)
    roles = sorted((role.value, keys.get(owner or 0, "")) for role, owner in known.viewer.held)
    return Me(name=known.name, roles=[RoleTold(role=role, owner=owner or None) for role, owner in roles])


@router.get("/owners")
def owners(
    database: TheDatabase,
    known: SignedIn,
    after: Annotated[str, Query(max_length=100)] = "",
    most: Annotated[int, Query(ge=1, le=200)] = 50,
) -> OwnersTold:
    """The owners that you may know of, by their keys."""
    with database.reading() as session:
        found, following = owners_page(session, known.viewer, after=after, most=most)
        return OwnersTold(owners=[_told(one) for one in found], after=following)


@router.get("/owners/{key}")
def owner(database: TheDatabase, known: SignedIn, key: str) -> OwnerInFull:
    with database.reading() as session:
        found = owner_of(session, known.viewer, key)
        quality = quality_of(session, found.id)
        return OwnerInFull(
            **_told(found).model_dump(),
            reports_held=quality.held,
            reports_fell=quality.fell,
            reports_a_day=quality.a_day,
            may_not_file=may_file(session, found.id),
        )


def _told(owner: Owner) -> OwnerTold:
    return OwnerTold(key=owner.key, name=owner.name, verified=owner.verified)
