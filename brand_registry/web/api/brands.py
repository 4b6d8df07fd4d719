"""Brands for programs: what a brand's JSON is stands in the interfaces, versions go by ETag and If-Match."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

from brand_registry import editing
from brand_registry.browsing import MOST, brands_page
from brand_registry.editing import as_json, register, stored_brand
from brand_registry.history import history
from brand_registry.moving import move
from brand_registry.record import Record
from brand_registry.states import BrandState
from brand_registry.stored import public_id
from brand_registry.tables import Brand
from brand_registry.web.api.versions import IfMatch, etag, matching, number_of
from brand_registry.web.asking import Asking, TheDatabase
from brand_registry.web.asking_brand import AVisit, BrandId, zip_of
from brand_registry.web.rendering import Part

router = APIRouter(prefix="/v1/brands", tags=["brands"])
PART = Part(router)

_EXAMPLE: dict[str, Any] = {
    "name": "Acme", "aliases": ["ACME Sports"],
    "marks": [{"text": "Acme", "classes": [25], "territories": ["EU"]}],
    "price_floor": {"amount": "60", "currency": "EUR"},
}  # fmt: skip


class BrandListed(BaseModel):
    """A brand in a list; `address` is where the API has it."""

    id: str
    owner: str
    name: str
    state: BrandState
    version: int
    address: str


class Brands(BaseModel):
    """Some brands by their names; `after` asks for the next ones, null on the last page."""

    brands: list[BrandListed]
    after: str | None


class NewBrand(BaseModel):
    """`brand` is a brand's JSON; without an id it gets one from its name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"owner": "acme", "brand": _EXAMPLE}]})

    owner: str
    brand: dict[str, Any]


class BrandTold(BaseModel):
    """A brand: `brand` is its JSON, in which pictures stand by their paths."""

    id: str
    owner: str
    state: BrandState
    version: int
    brand: Record


class ToState(BaseModel):
    to: BrandState


class WasTold(BaseModel):
    field: str
    before: str | None


class StepTold(BaseModel):
    did: str
    thing: str
    name: str | None
    was: list[WasTold]


class PastTold(BaseModel):
    """What one person changed at one moment; `number` asks for what came before it."""

    number: int
    at: str
    who: str
    steps: list[StepTold]


@router.get("", summary="List brands")
def list_brands(
    viewer: Asking, database: TheDatabase, *,
    q: Annotated[str, Query(max_length=200, description="Beginnings of words of a name, mark or id")] = "",
    state: BrandState | None = None,
    after: Annotated[str | None, Query(max_length=2_000)] = None,
    most: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Brands:  # fmt: skip
    """The brands that you may see, by their names."""
    with database.reading() as session:
        found = brands_page(session, viewer, words=q, state=state, after=after, most=most)
    return Brands(
        brands=[
            BrandListed(
                id=one.id, owner=one.owner, name=one.name, state=BrandState(one.state), version=one.version,
                address=_address(one.owner, one.key),
            )
            for one in found.brands
        ],
        after=found.after,
    )  # fmt: skip


@router.post("", status_code=201, summary="Register a brand", response_model_exclude_defaults=True)
def register_brand(viewer: Asking, database: TheDatabase, new: NewBrand, response: Response) -> BrandTold:
    """The brand is a draft: nothing is searched for until it is in shadow."""
    with database.writing(viewer.name) as session:
        brand = register(session, viewer, new.owner, new.brand)
        told = _told(stored_brand(session, brand).record, brand)
    response.headers["Location"] = _address(told.owner, told.brand.id)
    response.headers.update(etag(told.version))
    return told


@router.get("/{owner}/{key}", summary="Read a brand", response_model_exclude_defaults=True)
def read_brand(visit: AVisit, response: Response) -> BrandTold:
    """Its version comes as ETag."""
    with visit.database.reading() as session:
        shown = visit.shown(session)
        told = _told(shown.stored.record, shown.row)
    response.headers.update(etag(told.version))
    return told


@router.get(
    "/{owner}/{key}/export", summary="Take a brand away with its pictures", response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}}},
)  # fmt: skip
def take_away(visit: AVisit) -> StreamingResponse:
    """A zip of the brand's folder, `brand.json` and its pictures, as an import takes it."""
    return zip_of(visit)


@router.patch("/{owner}/{key}", summary="Change parts of a brand", response_model_exclude_defaults=True)
def change_brand(
    visit: AVisit, version: IfMatch, response: Response,
    fields: Annotated[dict[str, Any], Body(examples=[{"aliases": ["ACME Sports"], "price_floor": None}])],
) -> BrandTold:  # fmt: skip
    """Each field that is given takes the place of what was there; null takes it out."""
    with matching(), visit.writing() as session:
        brand = editing.change(session, visit.viewer, visit.brand.public, fields, version=number_of(version))
        session.flush()
        told = _told(stored_brand(session, brand).record, brand)
    response.headers.update(etag(told.version))
    return told


@router.put("/{owner}/{key}", summary="Replace a brand", response_model_exclude_defaults=True)
def replace_brand(
    visit: AVisit, version: IfMatch, response: Response,
    fields: Annotated[dict[str, Any], Body(examples=[{"id": "acme", **_EXAMPLE}])],
) -> BrandTold:  # fmt: skip
    """What is not given is taken out. Its pictures, which are uploaded, stay where they are named."""
    with matching(), visit.writing() as session:
        whole = dict.fromkeys(as_json(visit.shown(session).stored.record)) | {"id": visit.brand.key} | fields
        brand = editing.change(session, visit.viewer, visit.brand.public, whole, version=number_of(version))
        session.flush()
        told = _told(stored_brand(session, brand).record, brand)
    response.headers.update(etag(told.version))
    return told


@router.post(
    "/{owner}/{key}/state",
    summary="Move a brand to shadow, live, draft or out of use",
    response_model_exclude_defaults=True,
)
def move_brand(visit: AVisit, version: IfMatch, to: ToState, response: Response) -> BrandTold:
    """A brand goes live from shadow alone, and when its owner is verified."""
    with matching(), visit.writing() as session:
        brand = move(session, visit.viewer, visit.brand.public, to.to, number_of(version))
        session.flush()
        told = _told(stored_brand(session, brand).record, brand)
    response.headers.update(etag(told.version))
    return told


@router.get("/{owner}/{key}/history", summary="Read what happened to a brand")
def read_history(
    visit: AVisit, before: Annotated[int | None, Query(ge=1, lt=2**63)] = None
) -> list[PastTold]:
    """Who changed what, when, and what it was before; the latest first."""
    with visit.database.reading() as session:
        told = history(session, visit.shown(session).row, before)
    return [
        PastTold(
            number=one.number, at=one.at.isoformat(), who=one.who,
            steps=[
                StepTold(
                    did=step.did, thing=step.thing, name=step.name,
                    was=[WasTold(field=was.field, before=was.before) for was in step.was],
                )
                for step in one.steps
            ],
        )
        for one in told
    ]  # fmt: skip


def _told(record: Record, brand: Brand) -> BrandTold:
    return BrandTold(
        id=public_id(brand.owner.key, brand.key), owner=brand.owner.key, state=BrandState(brand.state),
        version=brand.version, brand=record,
    )  # fmt: skip


def _address(owner: str, key: str) -> str:
    return "/v1" + BrandId(owner, key).address
