"""What the console's routes ask for: who is there, when it is, what they wish to work on."""

from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from brand_registry.access import Viewer
from brand_registry.web.asking import Asking, TheBlobs, TheDatabase
from review.queue.claiming import Wish
from review.queue.tables import Stage
from storage.blobs import Blobs
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at the console."""

    request: Request
    viewer: Viewer
    database: Database
    blobs: Blobs
    wish: Wish
    at: datetime

    def writing(self) -> AbstractContextManager[Session]:
        """A session that writes in the name of whoever is there."""
        return self.database.writing(self.viewer.name)

    @property
    def query(self) -> str:
        """What they wish, for the end of an address."""
        return urlencode({name: value for name, value in asdict(self.wish).items() if value})

    def to(self, path: str, **more: object) -> RedirectResponse:
        """Sends a browser on, with what it wishes."""
        query = "&".join(filter(None, (self.query, urlencode(more))))
        return RedirectResponse(path + (f"?{query}" if query else ""), 303)


Text = Annotated[str | None, Query(max_length=500)]


async def _wish(
    *, brand: Text = None, harm: Text = None, source: Text = None, script: Text = None, stage: Text = None,
    language: Text = None, team: Text = None, incomplete: Text = None,
) -> Wish:  # fmt: skip
    known = Stage(stage) if stage in {Stage.FIRST, Stage.SECOND, Stage.LEAD, Stage.ASIDE} else None
    return Wish(
        brand or None,
        harm or None,
        source or None,
        script or None,
        known,
        language or None,
        team or None,
        bool(incomplete) or None,
    )


AWish = Annotated[Wish, Depends(_wish)]


async def _desk(
    request: Request, viewer: Asking, database: TheDatabase, blobs: TheBlobs, wish: AWish
) -> Desk:
    return Desk(request, viewer, database, blobs, wish, datetime.now(UTC))


ADesk = Annotated[Desk, Depends(_desk)]
