"""What happened to a brand, and all that is kept of it to take away."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response

from brand_registry.access import brands_by_id
from brand_registry.export import exported
from brand_registry.history import history
from brand_registry.web.asking_brand import AVisit
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
    with visit.database.reading() as session:
        visit.shown(session)
        line = orjson.dumps(next(exported(session, brands_by_id(visit.viewer, visit.brand.public))).fields)
    name = "".join(
        char if char.isascii() and (char.isalnum() or char in "-_.") else "-" for char in visit.brand.key
    )
    return Response(
        line + b"\n", media_type="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="{name[:80]}.jsonl"'},
    )  # fmt: skip
