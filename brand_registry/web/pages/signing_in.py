"""Signing in and out, and coming in by an invitation."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from brand_registry.identity import invitations, sessions
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
from brand_registry.web.rendering import Part, page

router = APIRouter(include_in_schema=False)
PART = Part(router)

Field = Annotated[str, Form(max_length=400)]


@router.get("/signin")
def form(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    if request.state.known:
        return RedirectResponse(_inside(next), 303)
    return page(request, "signin.html", email="", error="", next=_inside(next))


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
        status = 429 if isinstance(error, TooManyAttempts) else 401
        return page(request, "signin.html", status, email=email, error=str(error), next=_inside(next))
    return come_in_with(request, token, _inside(next))


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


def _out(request: Request) -> Response:
    response = RedirectResponse("/signin", 303)
    response.delete_cookie(cookie_of(request), secure=request.state.secure, httponly=True, samesite="lax")
    return response


def _inside(there: str) -> str:
    """An address of ours; anything that could lead elsewhere is the first page instead."""
    return there if there.startswith("/") and not there.startswith(("//", "/\\")) else "/"
