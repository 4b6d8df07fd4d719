"""A brand's own pictures in the registry: taken in, said what they show, and taken out of use."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from brand_registry.access import Viewer, brand_to_change
from brand_registry.states import PASSED, AssetState, BrandState
from brand_registry.tables import Asset, Brand
from brand_registry.uploads import clean_name, ending_of
from detector.errors import DetectorError
from detector.sighting import AssetKind
from storage.blobs import Blobs
from storage.errors import ChangedMeanwhile

MOST_PICTURES = 1_000
"""Of one brand, the retired ones too."""
_FOLDERS = {AssetKind.LOGO: "logos", AssetKind.IMAGE: "images", AssetKind.PRODUCT: "products"}


class NotTaken(DetectorError):
    """A picture that this brand can't take."""


@dataclass(frozen=True, slots=True)
class Shows:
    """What a picture shows: of a product, the number of its row says which."""

    kind: AssetKind
    product: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that may be kept: `ending` is that of its content."""

    sha256: str
    ending: str
    name: str


def keep(blobs: Blobs, data: bytes, name: str) -> Upload:
    """Keeps what came in, if it is a picture at all. Raises `PictureRefused` and `StorageError`."""
    ending = ending_of(data)
    return Upload(blobs.put(data), ending, name)


def add_picture(session: Session, viewer: Viewer, public_id: str, upload: Upload, shows: Shows) -> Asset:
    """Adds a kept picture to a brand. One that is there already is given instead.

    Raises `NotThere`, and `NotTaken` where the brand has no such product, or too many pictures.
    """
    brand = brand_to_change(session, viewer, public_id)
    position = _position(brand, shows)
    for asset in brand.assets:
        same = (asset.sha256, asset.kind, asset.product_position) == (upload.sha256, shows.kind, position)
        if same and asset.state != AssetState.RETIRED:
            return asset
    if len(brand.assets) >= MOST_PICTURES:
        raise NotTaken(f"the brand has {MOST_PICTURES:,} pictures, which is as many as are kept")
    folder = _FOLDERS[shows.kind]
    there = {asset.path.removeprefix(f"{folder}/") for asset in brand.assets}
    asset = Asset(
        sha256=upload.sha256,
        path=f"{folder}/{clean_name(upload.name, upload.ending, there)}",
        kind=shows.kind,
        product_position=position,
        position=max((one.position for one in brand.assets), default=-1) + 1,
    )
    brand.assets.append(asset)
    session.flush()
    return asset


def show_as(session: Session, viewer: Viewer, public_id: str, number: int, shows: Shows) -> Asset:
    """Says what a picture shows. It is checked anew, as a mark must pass more than a photo."""
    brand, asset = _asset(session, viewer, public_id, number)
    position = _position(brand, shows)
    if (asset.kind, asset.product_position) != (shows.kind, position):
        asset.kind, asset.product_position = shows.kind, position
        asset.state, asset.why = AssetState.UPLOADED, None
    return asset


def retire(session: Session, viewer: Viewer, public_id: str, number: int) -> Asset:
    """Takes a picture out of use: nothing is compared with it any more."""
    _, asset = _asset(session, viewer, public_id, number)
    asset.state = AssetState.RETIRED
    return asset


def bring_back(session: Session, viewer: Viewer, public_id: str, number: int) -> Asset:
    """Takes a retired picture into use again; it is checked anew."""
    _, asset = _asset(session, viewer, public_id, number)
    if asset.state == AssetState.RETIRED:
        asset.state, asset.why = AssetState.UPLOADED, None
    return asset


def state_of(asset: Asset, brand: Brand) -> AssetState:
    """How far a picture has come: of one that passed, as far as its brand."""
    if asset.state not in PASSED:
        return AssetState(asset.state)
    return AssetState.CHECKED if brand.state == BrandState.DRAFT else AssetState(brand.state)


def _asset(session: Session, viewer: Viewer, public_id: str, number: int) -> tuple[Brand, Asset]:
    brand = brand_to_change(session, viewer, public_id)
    asset = next((one for one in brand.assets if one.id == number), None)
    if asset is None:
        raise ChangedMeanwhile("this picture is no longer there; look at the brand's pictures again")
    return brand, asset


def _position(brand: Brand, shows: Shows) -> int | None:
    if shows.kind is not AssetKind.PRODUCT:
        return None
    for row in brand.products:
        if row.id == shows.product:
            return row.position
    raise NotTaken("say which product the picture shows; the brand must have it already")
