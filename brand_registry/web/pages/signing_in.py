"""Signing in and out, and coming in by an invitation."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from brand_registry.access import NotThere
from brand_registry.identity import invitations, oidc, sessions
from brand_registry.identity.errors import (
    InvitationRefused,
    SignInRefused,
    TooManyAttempts,
    WeakPassword,
)
from brand_registry.identity.events import Happened, note
from brand_registry.identity.signing_in import sign_in
from brand_registry.web.asking import InPerson, TheDatabase, address_of
from brand_registry.web.gate import cookie_of
from brand_registry.web.problems import waiting
from brand_registry.web.rendering import Part, page, public_url

router = APIRouter(include_in_schema=False)
PART = Part(router)

Field = Annotated[str, Form(max_length=400)]


@router.get("/signin")
def form(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    if request.state.known:
        return RedirectResponse(_inside(next), 303)
    return _form(request, next=next)


@router.post("/signin")
def come_in(
    request: Request,
    database: TheDatabase,
    email: Field = "",
    password: Field = "",
    next: Field = "/",  # noqa: A002
) -> Response:
    try:
        token = sign_in(database, email, password, address_of(request))
    except (SignInRefused, TooManyAttempts) as error:
        status, headers = (429, waiting(error)) if isinstance(error, TooManyAttempts) else (401, None)
        return _form(request, status, headers, email=email, error=str(error), next=next)
    return come_in_with(request, token, _inside(next))


@router.get("/signin/oidc")
def leave_for_provider(request: Request) -> Response:
    try:
        address, pending = oidc.leave_for(_provider(), _back(request))
    except SignInRefused as error:
        return _form(request, 503, error=str(error))
    response = RedirectResponse(address, 303)
    response.set_cookie(
        _pending_cookie(request), pending.written(), max_age=600, secure=request.state.secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
    return response


@router.get("/signin/oidc/back")
def come_back_from_provider(request: Request, database: TheDatabase) -> Response:
    pending = oidc.Pending.read(request.cookies.get(_pending_cookie(request), ""))
    if pending is None:
        return _form(request, 401, error="this took too long, or began in another browser; sign in again")
    came = f"{_back(request)}?{request.url.query}"
    try:
        token = oidc.come_back(
            database, _provider(), pending, came, back=_back(request), address=address_of(request)
        )
    except SignInRefused as error:
        return _form(request, 401, error=str(error))
    response = come_in_with(request, token, "/")
    response.delete_cookie(
        _pending_cookie(request), secure=request.state.secure, httponly=True, samesite="lax"
    )
    return response


@router.post("/signout")
def leave(request: Request, database: TheDatabase, known: InPerson) -> Response:
    with database.writing(known.viewer.name) as session:
        sessions.end(session, request.cookies.get(cookie_of(request), ""))
        note(session, Happened.SIGNED_OUT, known.viewer.name, address_of(request))
    return _out(request)


@router.post("/signout/everywhere")
def leave_everywhere(request: Request, database: TheDatabase, known: InPerson) -> Response:
    with database.writing(known.viewer.name) as session:
        sessions.end_all(session, known.person)
        note(session, Happened.SIGNED_OUT_EVERYWHERE, known.viewer.name, address_of(request))
    return _out(request)


@router.get("/invitation/{token}")
def invitation(request: Request, database: TheDatabase, token: str) -> Response:
    with database.reading() as session:
        found = invitations.invited_by(session, token)
        return page(request, "invitation.html", invitation=found, email="", name="", error="")


@router.post("/invitation/{token}")
def accept(
    request: Request,
    database: TheDatabase,
    token: str,
    *,
    email: Field = "",
    name: Field = "",
    password: Field = "",
) -> Response:
    try:
        began = invitations.accept(
            database, token, email=email, name=name, password=password, address=address_of(request)
        )
    except (InvitationRefused, WeakPassword, SignInRefused, TooManyAttempts) as error:
        with database.reading() as session:
            found = invitations.invited_by(session, token)
            return page(
                request, "invitation.html", 422, invitation=found, email=email, name=name, error=str(error)
            )
    return come_in_with(request, began, "/")


def come_in_with(request: Request, token: str, there: str) -> Response:
    """Gives the browser a session, and sends it to a page of ours."""
    response = RedirectResponse(there, 303)
    response.set_cookie(cookie_of(request), token, secure=request.state.secure, httponly=True, samesite="lax")
    return response


def _form(
    request: Request,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    email: str = "",
    error: str = "",
    next: str = "/",  # noqa: A002
) -> Response:
    provider = oidc.provider()
    return page(
        request, "signin.html", status, headers, email=email, error=error, next=_inside(next),
        provider=provider.name if provider else "",
    )  # fmt: skip


def _provider() -> oidc.Provider:
    provider = oidc.provider()
    if provider is None:
        raise NotThere("nobody signs in by another provider here")
    return provider


def _back(request: Request) -> str:
    return f"{public_url(request)}/signin/oidc/back"


def _pending_cookie(request: Request) -> str:
    return f"{cookie_of(request)}-oidc"


def _out(request: Request) -> Response:
    response = RedirectResponse("/signin", 303)
    response.delete_cookie(cookie_of(request), secure=request.state.secure, httponly=True, samesite="lax")
    return response


def _inside(there: str) -> str:
    """An address of ours; anything that could lead elsewhere is the first page instead."""
    return there if there.startswith("/") and not there.startswith(("//", "/\\")) else "/"
