"""One's own account: the password, where one is signed in, and keys."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from brand_registry.identity import accounts, keys, sessions
from brand_registry.identity.errors import SignInRefused, TooManyAttempts, WeakPassword
from brand_registry.identity.events import Happened, note
from brand_registry.web.asking import InPerson, TheDatabase, address_of
from brand_registry.web.pages.roles import role_of, roles_offered
from brand_registry.web.pages.signing_in import Field, come_in_with
from brand_registry.web.rendering import Part, page
from detector.errors import DetectorError
from storage.database import Database

router = APIRouter(include_in_schema=False)
PART = Part(router)


@router.get("/account")
def account(request: Request, database: TheDatabase, known: InPerson) -> Response:
    return _page(request, database, known)


@router.post("/account/password")
def change_password(
    request: Request, database: TheDatabase, known: InPerson, old: Field = "", new: Field = ""
) -> Response:
    try:
        token = accounts.change_password(database, known.viewer.name, old, new, address_of(request))
    except (SignInRefused, TooManyAttempts) as error:
        return _page(request, database, known, 422, old_wrong=str(error))
    except WeakPassword as error:
        return _page(request, database, known, 422, new_wrong=str(error))
    return come_in_with(request, token, "/account")


@router.post("/account/keys")
def make_key(
    request: Request,
    database: TheDatabase,
    known: InPerson,
    *,
    name: Field = "",
    role: Field = "",
    days: Annotated[int, Form()] = 90,
) -> Response:
    """`role` is `role` or `role/key of the owner`, as the page offers it."""
    try:
        with database.writing(known.viewer.name) as session:
            held, owner = role_of(session, known.viewer, role)
            key = keys.make(session, known.viewer, known.person, name=name, role=held, owner=owner, days=days)
            note(session, Happened.KEY_MADE, known.viewer.name, address_of(request), f"{name[:100]}: {role}")
    except DetectorError as error:
        return _page(request, database, known, 422, key_wrong=str(error))
    return _page(request, database, known, made=key)


@router.post("/account/keys/{public}/revoke")
def revoke_key(request: Request, database: TheDatabase, known: InPerson, public: str) -> Response:
    with database.writing(known.viewer.name) as session:
        key = keys.revoke(session, known.person, public)
        note(session, Happened.KEY_REVOKED, known.viewer.name, address_of(request), key.name)
    return _page(request, database, known)


def _page(request: Request, database: Database, known: InPerson, status: int = 200, **said: str) -> Response:
    with database.reading() as session:
        return page(
            request,
            "account.html",
            status,
            roles=roles_offered(session, known.viewer, own=True),
            keys=keys.of_person(session, known.person),
            sessions=sessions.of_person(session, known.person),
            **{"old_wrong": "", "new_wrong": "", "key_wrong": "", "made": "", **said},
        )
