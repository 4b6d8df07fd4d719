"""What pages about a brand ask for: the brand, and what was typed."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, StreamingResponse
from sqlalchemy.orm import Session

from brand_registry.access import Deed, Viewer, brands_by_id, one_brand, refuse_unless
from brand_registry.editing import Fields, as_json, stored_brand
from brand_registry.export import Exported, exported
from brand_registry.stored import Stored, public_id
from brand_registry.tables import Brand
from brand_registry.web.asking import Asking, TheBlobs, TheDatabase
from brand_registry.zipping import refuse_where_lost, zipped
from storage.blobs import Blobs
from storage.database import Database


@dataclass(frozen=True, slots=True)
class BrandId:
    """The brand in an address: its owner's key and its own."""

    owner: str
    key: str

    @property
    def public(self) -> str:
        return public_id(self.owner, self.key)

    @property
    def address(self) -> str:
        """Of its page."""
        return f"/brands/{quote(self.owner, safe='')}/{quote(self.key, safe='')}"


async def _brand_id(owner: str, key: str) -> BrandId:
    return BrandId(owner, key)


TheBrand = Annotated[BrandId, Depends(_brand_id)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A brand as its pages show it; `record` is its JSON."""

    id: BrandId
    row: Brand
    stored: Stored
    record: Fields
    may_change: bool

    @property
    def address(self) -> str:
        return self.id.address


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at a page, or at a route of the API, that is about a brand."""

    request: Request
    viewer: Viewer
    database: Database
    blobs: Blobs
    brand: BrandId

    def shown(self, session: Session) -> Shown:
        """Raises `NotThere`."""
        row = one_brand(session, self.viewer, self.brand.public)
        stored = stored_brand(session, row)
        may_change = self.viewer.may(Deed.CHANGE_BRANDS, row.owner_id)
        return Shown(self.brand, row, stored, as_json(stored.record), may_change)

    def refuse_unless_may_change(self) -> None:
        """Before anything of what was sent is kept. Raises `NotThere` and `NotAllowed`."""
        with self.database.reading() as session:
            row = one_brand(session, self.viewer, self.brand.public)
            refuse_unless(self.viewer, Deed.CHANGE_BRANDS, row.owner_id)

    def exported(self) -> Exported:
        """All that is kept of the brand, to take away. Raises `NotThere`."""
        with self.database.reading() as session:
            self.shown(session)
            return next(exported(session, brands_by_id(self.viewer, self.brand.public)))

    def taken_away_as(self, ending: str) -> dict[str, str]:
        """Headers that name a file after the brand, which is saved and not shown."""
        name = "".join(
            char if char.isascii() and (char.isalnum() or char in "-_.") else "-" for char in self.brand.key
        )
        return {"Content-Disposition": f'attachment; filename="{name[:80]}.{ending}"'}

    def writing(self) -> AbstractContextManager[Session]:
        """A session that writes in the name of whoever is there."""
        return self.database.writing(self.viewer.name)

    def to(self, page: str = "") -> RedirectResponse:
        """Sends a browser on to a page of the brand."""
        return RedirectResponse(self.brand.address + page, 303)


async def _visit(
    request: Request, viewer: Asking, database: TheDatabase, blobs: TheBlobs, brand: TheBrand
) -> Visit:
    return Visit(request, viewer, database, blobs, brand)


def zip_of(visit: Visit) -> StreamingResponse:
    """The brand with its pictures. Raises `NotThere`, and `PictureLost`."""
    one = visit.exported()
    refuse_where_lost(visit.blobs, one)
    parts = zipped(visit.blobs, one)
    return StreamingResponse(parts, media_type="application/zip", headers=visit.taken_away_as("zip"))


AVisit = Annotated[Visit, Depends(_visit)]


async def _typed(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=1_000)
    return {name: value for name, value in form.items() if isinstance(value, str)}


Typed = Annotated[dict[str, str], Depends(_typed)]
"""What a form without files holds, whichever fields it has."""
