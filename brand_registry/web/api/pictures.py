"""A brand's pictures, for programs."""

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel

from brand_registry.pictures import Shows, add_picture, bring_back, keep, retire, show_as, state_of
from brand_registry.states import AssetState
from brand_registry.tables import Asset, Brand
from brand_registry.uploads import MOST_BYTES
from brand_registry.web.asking_brand import AVisit
from brand_registry.web.rendering import Part
from detector.sighting import AssetKind

router = APIRouter(prefix="/v1/brands/{owner}/{key}/pictures", tags=["pictures"])
PART = Part(router)

_BESIDE = 2**18
"""Bytes of a form around its file."""


class PictureTold(BaseModel):
    """`path` is what results name it by; `why` says what is wrong with one that was refused."""

    number: int
    path: str
    kind: AssetKind
    product: int | None
    state: AssetState
    why: str | None
    sha256: str


class ShowsAsked(BaseModel):
    """`product` is the number of a product of the brand, where the kind is `product`."""

    kind: AssetKind
    product: int | None = None


@router.get("", summary="List pictures")
def list_pictures(visit: AVisit) -> list[PictureTold]:
    with visit.database.reading() as session:
        brand = visit.shown(session).row
        return [_told(one, brand) for one in brand.assets]


@router.post("", status_code=201, summary="Upload a picture", max_body_size=MOST_BYTES + _BESIDE)
def upload_picture(
    visit: AVisit, file: Annotated[UploadFile, File(description="A picture, or an SVG")], *,
    kind: Annotated[AssetKind, Form()] = AssetKind.LOGO, product: Annotated[int | None, Form()] = None,
) -> PictureTold:  # fmt: skip
    """It is told by what it holds, whatever its name is, and then checked: ask again for its state."""
    visit.refuse_unless_may_change()
    upload = keep(visit.blobs, file.file.read(MOST_BYTES + 1), file.filename or "")
    with visit.writing() as session:
        asset = add_picture(session, visit.viewer, visit.brand.public, upload, Shows(kind, product))
        return _told(asset, asset.brand)


@router.put("/{number}/shows", summary="Say what a picture shows")
def change_what_it_shows(visit: AVisit, number: int, shows: ShowsAsked) -> PictureTold:
    """It is checked anew, as a mark must pass more than a photo."""
    with visit.writing() as session:
        asset = show_as(session, visit.viewer, visit.brand.public, number, Shows(shows.kind, shows.product))
        return _told(asset, asset.brand)


@router.post("/{number}/retire", summary="Take a picture out of use")
def retire_picture(visit: AVisit, number: int) -> PictureTold:
    with visit.writing() as session:
        asset = retire(session, visit.viewer, visit.brand.public, number)
        return _told(asset, asset.brand)


@router.post("/{number}/bring-back", summary="Use a picture again")
def use_picture_again(visit: AVisit, number: int) -> PictureTold:
    with visit.writing() as session:
        asset = bring_back(session, visit.viewer, visit.brand.public, number)
        return _told(asset, asset.brand)


def _told(asset: Asset, brand: Brand) -> PictureTold:
    product = next((one.id for one in brand.products if one.position == asset.product_position), None)
    return PictureTold(
        number=asset.id, path=asset.path, kind=AssetKind(asset.kind), product=product,
        state=state_of(asset, brand), why=asset.why, sha256=asset.sha256,
    )  # fmt: skip
