"""A brand's own names and numbers: one form."""

from fastapi import APIRouter, Request, Response

from brand_registry import editing
from brand_registry.editing import NotAccepted, digest
from brand_registry.web.asking_brand import AVisit, Shown, Typed
from brand_registry.web.brand_forms import BRAND
from brand_registry.web.forms import differences, inputs_of, unplaced, values_of
from brand_registry.web.rendering import Part, page
from storage.errors import ChangedMeanwhile

router = APIRouter(include_in_schema=False)
PART = Part(router)


@router.get("/brands/{owner}/{key}/names")
def names(visit: AVisit) -> Response:
    with visit.database.reading() as session:
        brand = visit.shown(session)
        return _page(visit.request, brand, inputs_of(BRAND, brand.record))


@router.post("/brands/{owner}/{key}/names")
def change(visit: AVisit, typed: Typed) -> Response:
    try:
        with visit.writing() as session:
            fields = values_of(BRAND, typed)
            editing.change(session, visit.viewer, visit.brand.public, fields, was=typed.get("was"))
    except (NotAccepted, ChangedMeanwhile) as refused:
        with visit.database.reading() as session:
            return _page(visit.request, visit.shown(session), typed, refused)
    return visit.to("/names?saved=1")


def _page(
    request: Request, brand: Shown, typed: dict[str, str], refused: Exception | None = None
) -> Response:
    said = refused.said if isinstance(refused, NotAccepted) else {}
    meanwhile = isinstance(refused, ChangedMeanwhile)
    return page(
        request, "brand/names.html", 200 if refused is None else 409 if meanwhile else 422,
        brand=brand, form=BRAND, typed=typed, said=said,
        wrong=str(refused) if meanwhile else unplaced(BRAND, said),
        differs=differences(BRAND, brand.record, typed) if meanwhile else [],
        was=digest(editing.shown(brand.record, dict.fromkeys(field.name for field in BRAND))),
    )  # fmt: skip
