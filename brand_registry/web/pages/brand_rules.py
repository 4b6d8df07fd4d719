"""What is done with each reason of a brand's: shown, only counted, or not looked for, and from which risk."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response

from brand_registry import editing
from brand_registry.editing import Fields, NotAccepted, digest
from brand_registry.web.asking_brand import AVisit, Shown, Typed
from brand_registry.web.rendering import Part, page
from brand_registry.web.wording import REASONS
from detector.result import Reason
from detector.scoring import FLAG_FROM
from detector.thresholds import HIGHEST, LOWEST
from storage.errors import ChangedMeanwhile

router = APIRouter(include_in_schema=False)
PART = Part(router)


@router.get("/brands/{owner}/{key}/rules")
def rules(visit: AVisit) -> Response:
    with visit.database.reading() as session:
        brand = visit.shown(session)
        return _page(visit.request, brand, _typed(brand.record))


@router.post("/brands/{owner}/{key}/rules")
def change(visit: AVisit, typed: Typed) -> Response:
    policies = _policies(typed)
    try:
        with visit.writing() as session:
            editing.change(
                session, visit.viewer, visit.brand.public, {"policies": policies}, was=typed.get("was")
            )
    except NotAccepted as refused:
        said = {_reason(place, policies): clause for place, clause in refused.said.items()}
        with visit.database.reading() as session:
            return _page(visit.request, visit.shown(session), typed, said, 422)
    except ChangedMeanwhile as refused:
        with visit.database.reading() as session:
            return _page(visit.request, visit.shown(session), typed, {"": str(refused)}, 409)
    return visit.to("/rules?saved=1")


def _page(
    request: Request,
    brand: Shown,
    typed: dict[str, str],
    said: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    now = _typed(brand.record)
    return page(
        request, "brand/rules.html", status, brand=brand, reasons=REASONS, typed=typed, said=said or {},
        now=now, meanwhile=status == 409, lowest=LOWEST, highest=HIGHEST, usual=FLAG_FROM,
        was=digest(editing.shown(brand.record, {"policies": None})),
    )  # fmt: skip


def _policies(typed: dict[str, str]) -> list[Fields]:
    """Those that say something; a threshold in per cent."""
    found = []
    for reason in Reason:
        one: dict[str, Any] = {"reason": reason.value, "mode": typed.get(f"{reason}.mode", "on")}
        if threshold := typed.get(f"{reason}.threshold", "").strip().removesuffix("%").strip():
            one["threshold"] = int(threshold) / 100 if re.fullmatch("[0-9]{1,9}", threshold) else threshold
        if one["mode"] != "on" or "threshold" in one:
            found.append(one)
    return found


def _typed(record: Fields) -> dict[str, str]:
    typed = {}
    for one in record.get("policies", ()):
        typed[f"{one['reason']}.mode"] = one.get("mode", "on")
        if "threshold" in one:
            typed[f"{one['reason']}.threshold"] = f"{one['threshold'] * 100:.0f}"
    return typed


def _reason(place: str, policies: list[Fields]) -> str:
    """Of which reason a place (`policies.3.threshold`) is; '' of none."""
    number = place.removeprefix("policies.").partition(".")[0]
    return str(policies[int(number)]["reason"]) if number.isdecimal() else ""
