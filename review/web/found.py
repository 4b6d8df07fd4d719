"""What was found for a brand, for its owner: a page, a summary on the brand's first page, and the API."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from brand_registry.web.asking_brand import AVisit, Visit
from brand_registry.web.rendering import Link, Part, page
from brand_registry.web.told import told_of
from brand_registry.web.wording import REASONS
from review.audit.log import log
from review.found import MOST, Found, counts, found
from review.health.quarantine import all_aside

router = APIRouter()
PART = Part(
    router,
    templates=Path(__file__).parent / "templates",
    tabs=(Link("Found", "found"),),
)

_A_PAGE = 20
Before = Annotated[int | None, Query(ge=1, lt=2**63)]


class CaseTold(BaseModel):
    """A listing in which something was found: `gone` says that its latest version shows nothing any more."""

    number: int
    opened: str
    state: str
    gone: bool
    risk: float
    reasons: list[str]
    listing: dict[str, Any]
    evidence: list[dict[str, Any]]
    qualifiers: list[dict[str, Any]]


class FoundTold(BaseModel):
    """Cases, the newest first; `before` asks for those before them, null on the last page."""

    in_shadow: int
    open: int
    closed: int
    cases: list[CaseTold]
    before: int | None


@router.get("/brands/{owner}/{key}/found", include_in_schema=False)
def found_page(visit: AVisit, *, shadow: bool | None = None, before: Before = None) -> Response:
    with visit.database.reading() as session:
        brand = visit.shown(session)
        tally = counts(session, brand.row)
        hidden = brand.row.state == "shadow" if shadow is None else shadow
        cases = found(session, brand.row, shadow=hidden, before=before, most=_A_PAGE + 1)
        told = [(one, told_of(dict(one.listing), _result(one))) for one in cases[:_A_PAGE]]
        answer = page(
            visit.request, "found.html", brand=brand, counts=tally, shadow=hidden, before=before,
            cases=told, aside=all_aside(session, brand.row.id), reasons=REASONS,
            more=cases[_A_PAGE - 1].number if len(cases) > _A_PAGE else None,
        )  # fmt: skip
    _log_sight(visit, cases[:_A_PAGE])
    return answer


@router.get("/brands/{owner}/{key}/found/summary", include_in_schema=False)
def summary(request: Request, visit: AVisit) -> Response:
    with visit.database.reading() as session:
        brand = visit.shown(session)
        return page(
            request,
            "found_summary.html",
            brand=brand,
            counts=counts(session, brand.row),
            reasons=REASONS,
            aside=all_aside(session, brand.row.id),
        )


@router.get("/v1/brands/{owner}/{key}/found", tags=["found"], summary="Read what was found for a brand")
def read_found(
    visit: AVisit, *, shadow: bool = False, before: Before = None,
    most: Annotated[int, Query(ge=1, le=MOST)] = _A_PAGE,
) -> FoundTold:  # fmt: skip
    """With `shadow` what the brand would have found: that is counted, and no reviewer sees it."""
    with visit.database.reading() as session:
        brand = visit.shown(session).row
        tally = counts(session, brand)
        cases = found(session, brand, shadow=shadow, before=before, most=most)
    _log_sight(visit, cases)
    return FoundTold(
        in_shadow=tally.shadow, open=tally.open, closed=tally.closed,
        cases=[_told(one) for one in cases], before=cases[-1].number if len(cases) == most else None,
    )  # fmt: skip


def _log_sight(visit: Visit, cases: Sequence[Found]) -> None:
    """Listings say who sells: whose people saw which is in the audit log, as it is of reviewers."""
    if cases:
        with visit.database.writing(visit.viewer.name) as session:
            log(
                session,
                datetime.now(UTC),
                visit.viewer.name,
                "saw found",
                cases=[one.number for one in cases],
            )


def _told(one: Found) -> CaseTold:
    return CaseTold(
        number=one.number, opened=one.opened.isoformat(), state=one.state, gone=one.gone, risk=one.risk,
        reasons=list(one.reasons), listing=dict(one.listing), evidence=[dict(item) for item in one.evidence],
        qualifiers=[dict(item) for item in one.qualifiers],
    )  # fmt: skip


def _result(one: Found) -> dict[str, Any]:
    """As a trial keeps a result."""
    case = {"evidence": one.evidence, "qualifiers": one.qualifiers}
    return {"shown": {"verdict": "flag", "risk": one.risk, "cases": [case], "missing": []}, "counted": ()}
