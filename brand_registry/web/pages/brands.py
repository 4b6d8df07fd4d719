"""All brands, a new one, and the first page of each: where it stands and what to do next."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, Viewer, visible_owners
from brand_registry.browsing import brands_page, counts
from brand_registry.checks import warnings
from brand_registry.editing import NotAccepted, register
from brand_registry.moving import move
from brand_registry.people import Owner
from brand_registry.pictures import state_of
from brand_registry.states import AssetState, BrandState
from brand_registry.trials import Trial
from brand_registry.web.asking import Asking, TheDatabase
from brand_registry.web.asking_brand import AVisit, BrandId, Shown, Typed
from brand_registry.web.rendering import Link, Part, page

router = APIRouter(include_in_schema=False)
PART = Part(router, links=(Link("Brands", "/brands", Deed.SEE_BRANDS),))


@router.get("/brands")
def all_brands(
    request: Request,
    viewer: Asking,
    database: TheDatabase,
    *,
    q: Annotated[str, Query(max_length=200)] = "",
    state: BrandState | None = None,
    after: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Response:
    with database.reading() as session:
        found = brands_page(session, viewer, words=q, state=state, after=after)
        counted = counts(session, viewer)
        return page(
            request, "brands.html", brands=found, counts=counted, total=sum(counted.values()), q=q,
            state=state, after=after, may_add=bool(_owners(session, viewer)),
        )  # fmt: skip


@router.get("/brands/new")
def new(request: Request, viewer: Asking, database: TheDatabase) -> Response:
    with database.reading() as session:
        return _new(request, _owners(session, viewer), {}, {})


@router.post("/brands/new")
def add(request: Request, viewer: Asking, database: TheDatabase, typed: Typed) -> Response:
    name, owner = typed.get("name", "").strip(), typed.get("owner", "")
    try:
        with database.writing(viewer.name) as session:
            brand = register(session, viewer, owner, {"name": name})
            return RedirectResponse(BrandId(owner, brand.key).address, 303)
    except NotAccepted as refused:
        with database.reading() as session:
            return _new(request, _owners(session, viewer), typed, refused.said, 422)


@router.get("/brands/{owner}/{key}")
def overview(visit: AVisit) -> Response:
    with visit.database.reading() as session:
        brand = visit.shown(session)
        return page(visit.request, "brand/overview.html", brand=brand, **_standing(session, brand))


@router.post("/brands/{owner}/{key}/state")
def step(visit: AVisit, typed: Typed) -> Response:
    to = typed.get("to", "")
    if to in list(BrandState):
        with visit.writing() as session:
            move(session, visit.viewer, visit.brand.public, BrandState(to))
    return visit.to()


def _owners(session: Session, viewer: Viewer) -> list[Owner]:
    """Those for whom the viewer may register brands."""
    owners = session.scalars(visible_owners(viewer).order_by(Owner.name).limit(1_000))
    return [owner for owner in owners if viewer.may(Deed.CHANGE_BRANDS, owner.id)]


def _new(
    request: Request,
    owners: list[Owner],
    typed: Mapping[str, str],
    said: Mapping[str, str],
    status: int = 200,
) -> Response:
    return page(request, "brand_new.html", status, owners=owners, typed=typed, said=said)


def _standing(session: Session, brand: Shown) -> dict[str, Any]:
    states = [state_of(asset, brand.row) for asset in brand.row.assets]
    tries = session.scalar(select(func.count()).where(Trial.brand_id == brand.row.id))
    return {
        "pictures": len([state for state in states if state is not AssetState.RETIRED]),
        "refused": states.count(AssetState.REFUSED),
        "waiting": states.count(AssetState.UPLOADED),
        "tries": tries or 0,
        "warnings": list(warnings(brand.stored.record)),
    }
