"""A brand's pictures: sent, shown in small, said what they show, retired."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import NotThere
from brand_registry.pictures import Shows, add_picture, bring_back, keep, retire, show_as, state_of
from brand_registry.previews import Preview
from brand_registry.states import AssetState
from brand_registry.tables import Asset
from brand_registry.uploads import MOST_BYTES
from brand_registry.web.asking_brand import AVisit, Shown
from brand_registry.web.problems import wants_page
from brand_registry.web.rendering import Part, page
from detector.errors import DetectorError
from detector.sighting import AssetKind

router = APIRouter(include_in_schema=False)
PART = Part(router)

_BESIDE = 2**18
"""Bytes of a form around its files."""
Product = Annotated[int | None, Form()]


@router.get("/brands/{owner}/{key}/pictures")
def pictures(visit: AVisit) -> Response:
    with visit.database.reading() as session:
        return _page(visit.request, session, visit.shown(session), "brand/pictures.html")


@router.get("/brands/{owner}/{key}/pictures/now")
def now(visit: AVisit) -> Response:
    """The pictures alone, for a page that follows them."""
    with visit.database.reading() as session:
        return _page(visit.request, session, visit.shown(session), "brand/pictures_now.html")


@router.post("/brands/{owner}/{key}/pictures", max_body_size=MOST_BYTES + _BESIDE)
def send(
    visit: AVisit, *,
    files: list[UploadFile], kind: Annotated[AssetKind, Form()] = AssetKind.LOGO, product: Product = None,
) -> Response:  # fmt: skip
    """Takes each of the files that is a picture. A script sends one at a time, and is answered in JSON."""
    visit.refuse_unless_may_change()
    refused: list[tuple[str, str]] = []
    for file in files:
        try:
            upload = keep(visit.blobs, file.file.read(MOST_BYTES + 1), file.filename or "")
            with visit.writing() as session:
                add_picture(session, visit.viewer, visit.brand.public, upload, Shows(kind, product))
        except DetectorError as error:
            if not wants_page(visit.request):
                raise
            refused.append((file.filename or "a file without a name", str(error)))
    if not wants_page(visit.request):
        return JSONResponse({"taken": len(files)}, 201)
    if refused:
        with visit.database.reading() as session:
            brand = visit.shown(session)
            return _page(visit.request, session, brand, "brand/pictures.html", refused=refused, status=422)
    return visit.to("/pictures")


@router.post("/brands/{owner}/{key}/pictures/{number}/shows")
def say_what_it_shows(
    visit: AVisit, number: int,
    kind: Annotated[AssetKind, Form()], product: Product = None,
) -> Response:  # fmt: skip
    with visit.writing() as session:
        show_as(session, visit.viewer, visit.brand.public, number, Shows(kind, product))
    return visit.to("/pictures")


@router.post("/brands/{owner}/{key}/pictures/{number}/retire")
def take_out_of_use(visit: AVisit, number: int) -> Response:
    with visit.writing() as session:
        retire(session, visit.viewer, visit.brand.public, number)
    return visit.to("/pictures")


@router.post("/brands/{owner}/{key}/pictures/{number}/bring-back")
def use_again(visit: AVisit, number: int) -> Response:
    with visit.writing() as session:
        bring_back(session, visit.viewer, visit.brand.public, number)
    return visit.to("/pictures")


@router.get("/brands/{owner}/{key}/pictures/{number}/preview")
def preview(visit: AVisit, number: int) -> Response:
    """The picture drawn anew in small; never the file that was sent."""
    with visit.database.reading() as session:
        brand = visit.shown(session)
        drawn = select(Preview.blob).join(Asset, Asset.sha256 == Preview.sha256)
        blob = session.scalar(drawn.where(Asset.id == number, Asset.brand_id == brand.row.id))
    if blob is None:
        raise NotThere("this picture was not drawn in small yet")
    return preview_of(visit.blobs.get(blob))


def preview_of(drawn: bytes) -> Response:
    """What is drawn never changes under its address."""
    return Response(drawn, media_type="image/webp", headers={"Cache-Control": "private, max-age=86400"})


def _page(
    request: Request, session: Session, brand: Shown, template: str, *,
    refused: Sequence[tuple[str, str]] = (), status: int = 200,
) -> Response:  # fmt: skip
    assets = brand.row.assets
    drawn = set(
        session.scalars(select(Preview.sha256).where(Preview.sha256.in_({one.sha256 for one in assets})))
    )
    told: list[dict[str, Any]] = [
        {"row": one, "state": state_of(one, brand.row), "name": one.path.rpartition("/")[2],
         "drawn": one.sha256 in drawn, "product": _product(brand, one)}
        for one in assets
    ]  # fmt: skip
    told.sort(key=lambda one: (one["state"] is AssetState.RETIRED, -one["row"].id))
    waits = any(one["state"] is AssetState.UPLOADED for one in told)
    return page(
        request,
        template,
        status,
        brand=brand,
        pictures=told,
        waits=waits,
        refused=refused,
        most=MOST_BYTES,
    )


def _product(brand: Shown, asset: Asset) -> str | None:
    products = brand.row.products
    at = asset.product_position
    return products[at].name if at is not None and at < len(products) else None
