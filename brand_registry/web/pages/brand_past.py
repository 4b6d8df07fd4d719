"""What happened to a brand, and all that is kept of it to take away."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response

from brand_registry.history import history
from brand_registry.web.asking_brand import AVisit, zip_of
from brand_registry.web.rendering import Part, page

router = APIRouter(include_in_schema=False)
PART = Part(router)

_A_PAGE = 50


@router.get("/brands/{owner}/{key}/history")
def past(
    visit: AVisit,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:  # fmt: skip
    with visit.database.reading() as session:
        brand = visit.shown(session)
        told = history(session, brand.row, before, _A_PAGE)
        return page(visit.request, "brand/history.html", brand=brand, past=told, before=before, size=_A_PAGE)


@router.get("/brands/{owner}/{key}/export")
def export(visit: AVisit) -> Response:
    """The brand as one line of JSON, which an import takes back the same."""
    line = orjson.dumps(visit.exported().fields, option=orjson.OPT_APPEND_NEWLINE)
    return Response(line, media_type="application/jsonl", headers=visit.taken_away_as("jsonl"))


@router.get("/brands/{owner}/{key}/export.zip")
def export_with_pictures(visit: AVisit) -> Response:
    """The brand with its pictures, as a folder that an import takes back the same."""
    return zip_of(visit)
