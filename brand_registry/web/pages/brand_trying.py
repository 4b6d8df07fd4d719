"""'Try it': what would be flagged in a listing, or in the last catalogue, before the brand goes live."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile
from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import NotThere
from brand_registry.editing import NotAccepted
from brand_registry.pictures import keep
from brand_registry.previews import Preview
from brand_registry.trials import Trial, begin, latest
from brand_registry.trying import listing_of
from brand_registry.uploads import MOST_BYTES
from brand_registry.web.asking_brand import AVisit, Shown, Typed
from brand_registry.web.forms import Field, unplaced, values_of
from brand_registry.web.pages.brand_pictures import preview_of
from brand_registry.web.rendering import Part, page
from brand_registry.web.told import told_of, told_of_catalogue
from detector.errors import PictureRefused

router = APIRouter(include_in_schema=False)
PART = Part(router)

FIELDS = (
    Field("title", "Title", required=True),
    Field("description", "Description", "long"),
    Field("brand", "Brand, as the seller gives it"),
    Field("category", "Category"),
    Field("price", "Price", "price"),
    Field("seller", "Seller's name"),
)
_BESIDE = 2 * 2**20
"""Bytes of a form around its picture."""


@router.get("/brands/{owner}/{key}/try")
def form(visit: AVisit) -> Response:
    with visit.database.reading() as session:
        return _page(visit.request, session, visit.shown(session), {})


@router.post("/brands/{owner}/{key}/try", max_body_size=MOST_BYTES + _BESIDE)
def one_listing(
    visit: AVisit, typed: Typed,
    picture: Annotated[UploadFile | None, File()] = None,
) -> Response:  # fmt: skip
    """Texts are judged here and now; with a picture the listing waits for a worker."""
    visit.refuse_unless_may_change()
    fields = values_of(FIELDS, typed)
    try:
        sent = picture is not None and picture.filename
        data = picture.file.read(MOST_BYTES + 1) if picture is not None and sent else None
        listing = listing_of(
            fields
            | {"seller": {"name": fields["seller"]} if fields["seller"] else None}
            | {"images": ["the picture"] if data is not None else None}
        )
        sha256 = None if data is None else keep(visit.blobs, data, "").sha256
        with visit.writing() as session:
            brand = visit.shown(session)
            trial = begin(session, brand.stored, visit.viewer.name, listing, sha256)
            return visit.to(f"/try/{trial.id}")
    except (NotAccepted, PictureRefused) as refused:
        said = refused.said if isinstance(refused, NotAccepted) else {"picture": str(refused)}
        with visit.database.reading() as session:
            return _page(visit.request, session, visit.shown(session), typed, said)


@router.post("/brands/{owner}/{key}/try/catalogue")
def last_catalogue(visit: AVisit) -> Response:
    visit.refuse_unless_may_change()
    with visit.writing() as session:
        brand = visit.shown(session)
        trial = begin(session, brand.stored, visit.viewer.name, None)
        return visit.to(f"/try/{trial.id}")


@router.get("/brands/{owner}/{key}/try/{number}")
def one_trial(visit: AVisit, number: int) -> Response:
    with visit.database.reading() as session:
        brand = visit.shown(session)
        trial = _trial(session, brand, number)
        drawn = session.scalar(select(Preview).where(Preview.sha256 == trial.picture))
        told = told_of(trial.listing, trial.result, drawn) if trial.listing and trial.result else None
        found = told_of_catalogue(trial.result) if trial.listing is None and trial.result else None
        return page(visit.request, "brand/trial.html", brand=brand, trial=trial, told=told, found=found)


@router.get("/brands/{owner}/{key}/try/{number}/preview")
def preview(visit: AVisit, number: int) -> Response:
    with visit.database.reading() as session:
        trial = _trial(session, visit.shown(session), number)
        blob = session.scalar(select(Preview.blob).where(Preview.sha256 == trial.picture))
    if blob is None:
        raise NotThere("this picture was not drawn in small yet")
    return preview_of(visit.blobs.get(blob))


def _trial(session: Session, brand: Shown, number: int) -> Trial:
    trial = session.get(Trial, number)
    if trial is None or trial.brand_id != brand.row.id:
        raise NotThere("there is no such trial")
    return trial


def _page(
    request: Request,
    session: Session,
    brand: Shown,
    typed: Mapping[str, str],
    said: Mapping[str, str] | None = None,
) -> Response:
    said = said or {}
    wrong = unplaced((*FIELDS, Field("picture", "Picture")), said)
    return page(
        request, "brand/try.html", 422 if said else 200, brand=brand, form=FIELDS, typed=typed, said=said,
        wrong=wrong, most=MOST_BYTES, trials=latest(session, brand.row.id),
    )  # fmt: skip
