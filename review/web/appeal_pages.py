"""Appeals: the seller's page, which a signed link opens, and the pages on which people decide."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from brand_registry.identity.errors import TooManyAttempts
from brand_registry.web.asking import TheDatabase
from brand_registry.web.asking_brand import Typed
from brand_registry.web.problems import waiting
from brand_registry.web.rate_limits import refuse_held_off
from brand_registry.web.rendering import page
from review.appeals.deciding import appeal_of, decide_appeal, open_appeals
from review.appeals.filing import LONGEST, SELLER, SHORTEST, file_appeal, objection_of
from review.audit.log import log
from review.decisions.rules import CODES, Code
from review.errors import AgainstTheRules, TooLate
from review.web.asking import ADesk, Desk
from storage.database import Database

router = APIRouter(include_in_schema=False)


@router.get("/appeal/{token}")
def sellers_page(request: Request, database: TheDatabase, token: str) -> Response:
    return _sellers_page(request, database, token)


@router.post("/appeal/{token}")
def object_to(request: Request, database: TheDatabase, token: str, typed: Typed) -> Response:
    try:
        refuse_held_off(request)
        with database.writing(SELLER) as session:
            file_appeal(session, token, typed.get("text", ""), typed.get("contact", ""), datetime.now(UTC))
    except (AgainstTheRules, TooLate, TooManyAttempts) as error:
        return _sellers_page(request, database, token, error, typed)
    return RedirectResponse(f"/appeal/{token}", 303)


def _sellers_page(
    request: Request,
    database: Database,
    token: str,
    error: Exception | None = None,
    typed: Typed | None = None,
) -> Response:
    status, headers = 200 if error is None else 422, None
    if isinstance(error, TooManyAttempts):
        status, headers = 429, waiting(error)
    with database.reading() as session:
        about = objection_of(session, token)
        return page(
            request, "review/appeal_form.html", status, headers, about=about, error=str(error or ""),
            typed=typed or {}, at=datetime.now(UTC), longest=LONGEST, shortest=SHORTEST,
        )  # fmt: skip


@router.get("/appeals")
def appeals(desk: ADesk) -> Response:
    with desk.database.reading() as session:
        return page(desk.request, "review/appeals.html", rows=open_appeals(session, desk.viewer), at=desk.at)


@router.get("/appeals/{number}")
def appeal(desk: ADesk, number: int) -> Response:
    return _page(desk, number)


@router.post("/appeals/{number}/decide")
def decide(desk: ADesk, number: int, typed: Typed) -> Response:
    overturn = typed.get("outcome") == "overturn"
    if not overturn and typed.get("outcome") != "uphold":
        return _page(
            desk, number, AgainstTheRules("choose whether the decision stands, or is overturned"), typed
        )
    try:
        code = Code(typed["code"]) if overturn and typed.get("code") in set(Code) else None
        with desk.writing() as session:
            decide_appeal(
                session,
                desk.viewer,
                number,
                overturn=overturn,
                code=code,
                note=typed.get("note", ""),
                at=desk.at,
            )
    except (AgainstTheRules, TooLate) as error:
        return _page(desk, number, error, typed)
    return desk.to("/appeals")


def _page(desk: Desk, number: int, error: Exception | None = None, typed: Typed | None = None) -> Response:
    status = 200 if error is None else 409 if isinstance(error, TooLate) else 422
    with desk.database.reading() as session:
        one, place, why_not = appeal_of(session, desk.viewer, number)
        shown = page(
            desk.request, "review/appeal.html", status, one=one, place=place, why_not=why_not,
            error=str(error or ""), typed=typed or {}, codes=CODES,
        )  # fmt: skip
    with desk.writing() as session:
        log(session, desk.at, desk.viewer.name, "saw appeal", place.case_id, appeal=number)
    return shown
