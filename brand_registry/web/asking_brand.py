"""What pages about a brand ask for: the brand, and what was typed."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from brand_registry.access import Deed, Viewer, one_brand, refuse_unless
from brand_registry.editing import Fields, as_json, stored_brand
from brand_registry.stored import Stored, public_id
from brand_registry.tables import Brand
from brand_registry.web.asking import Asking, TheBlobs, TheDatabase
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


def _brand_id(owner: str, key: str) -> BrandId:
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

    def writing(self) -> AbstractContextManager[Session]:
        """A session that writes in the name of whoever is there."""
        return self.database.writing(self.viewer.name)

    def to(self, page: str = "") -> RedirectResponse:
        """Sends a browser on to a page of the brand."""
        return RedirectResponse(self.brand.address + page, 303)


def _visit(
    request: Request, viewer: Asking, database: TheDatabase, blobs: TheBlobs, brand: TheBrand
) -> Visit:
    return Visit(request, viewer, database, blobs, brand)


AVisit = Annotated[Visit, Depends(_visit)]


async def _typed(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=1_000)
    return {name: value for name, value in form.items() if isinstance(value, str)}


Typed = Annotated[dict[str, str], Depends(_typed)]
"""What a form without files holds, whichever fields it has."""
