"""What goes wrong, told in one sentence: as a page to people, as problem+json (RFC 9457) to programs."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from brand_registry.access import NotAllowed, NotThere
from brand_registry.identity.accounts import LastAdministrator
from brand_registry.identity.errors import InvitationEnded, SignInRefused, TooManyAttempts
from brand_registry.web.rendering import page
from detector.errors import DetectorError
from detector.problems import clauses
from storage.errors import ChangedMeanwhile, StorageError

_log = logging.getLogger(__name__)


class Problem(BaseModel):
    """Every error of the API. `detail` is one sentence that says what is wrong and what to do."""

    title: str
    status: int
    detail: str


_STATUS: Mapping[type[Exception], int] = {
    SignInRefused: 401,
    NotAllowed: 403,
    NotThere: 404,
    InvitationEnded: 404,
    ChangedMeanwhile: 409,
    TooManyAttempts: 429,
    LastAdministrator: 409,
    DetectorError: 422,
    StorageError: 503,
    # A NUL where PostgreSQL has none, or a number of thirty digits.
    DataError: 422,
    OverflowError: 422,
}
"""Of an error its own class counts, then the nearest above it."""
_UNTOLD = frozenset({NotThere, DataError, OverflowError})
"""What these say is not for whoever asked."""

_PLAIN = {
    400: "what was sent cannot be read",
    401: "sign in first",
    403: "this is not yours to do",
    404: "there is nothing here, or nothing that you may see",
    405: "this cannot be done here",
    413: "what was sent is larger than what is taken here",
    422: "what was sent holds a number that is too large, or a character that cannot be kept; correct it",
    500: "something went wrong here, and it was written down; nothing of what you did was kept",
    503: "the registry cannot be reached, or has no room, and nothing of this was kept; try again in a "
    "minute, and tell whoever runs it if it stays so",
}


def install(app: FastAPI) -> None:
    """Has the app answer every error by `answer`."""

    async def told(request: Request, error: Exception) -> Response:
        return answer(request, error)

    for kind in (HTTPException, RequestValidationError, DetectorError, StorageError):
        app.add_exception_handler(kind, told)


def answer(request: Request, error: Exception) -> Response:
    """The response for an error, whatever it is; of one that nobody expected the log has the rest."""
    status, detail = _told(error)
    headers = dict(getattr(error, "headers", None) or {})
    if isinstance(error, TooManyAttempts):
        headers |= waiting(error)
    if status >= 500:
        _log.error("%s %s", request.method, route_of(request), exc_info=error)
    return problem(request, status, detail, headers)


def waiting(error: TooManyAttempts) -> dict[str, str]:
    """The header that says when to come again."""
    return {"Retry-After": str(error.wait)}


def problem(
    request: Request, status: int, detail: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    title, detail = HTTPStatus(status).phrase, detail or _PLAIN.get(status, "this did not work")
    if status == 413:
        headers = {"Connection": "close", **(headers or {})}  # the rest of it is not waited for
    if not wants_page(request):
        body = Problem(title=title, status=status, detail=detail).model_dump()
        return JSONResponse(body, status, headers, media_type="application/problem+json")
    return page(request, "problem.html", status, headers, title=title, detail=detail)


def wants_page(request: Request) -> bool:
    """A browser asks for HTML; htmx for a part of a page."""
    if request.url.path.startswith(("/api/", "/v1/")):
        return False
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


def route_of(request: Request) -> str:
    """The address without what stands in it, which may be a secret."""
    return getattr(request.scope.get("route"), "path", "an address that is none")


def _told(error: Exception) -> tuple[int, str]:
    if isinstance(error, HTTPException):
        plain = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
        return error.status_code, plain
    if isinstance(error, RequestValidationError):
        return 422, _invalid(error)
    for kind in type(error).__mro__:
        if kind in _STATUS:
            status = _STATUS[kind]
            return status, "" if status >= 500 or kind in _UNTOLD else str(error)
    return 500, ""


def _invalid(error: RequestValidationError) -> str:
    """In the words that files are told in; the first part of a place is where in the request it was sent."""
    found: list[Any] = []
    for one in error.errors():
        if one["type"] == "json_invalid":
            return f"the body is no JSON from character {one['loc'][-1]} on; send one JSON object"
        found.append({**one, "loc": one["loc"][1:] or one["loc"]})
    return clauses(found)
