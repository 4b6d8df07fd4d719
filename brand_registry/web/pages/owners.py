"""Owners: what they are allowed, what proves it, and how good their reports are."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from brand_registry import notices, rights
from brand_registry.access import Deed, owner_of
from brand_registry.identity.sessions import Known
from brand_registry.owners import OwnerRefused, add_owner, owners_page
from brand_registry.web.asking import InPerson, SignedIn, TheBlobs, TheDatabase
from brand_registry.web.pages.roles import roles_offered
from brand_registry.web.pages.signing_in import Field
from brand_registry.web.rendering import Link, Part, page

router = APIRouter(include_in_schema=False)
PART = Part(router, links=(Link("Owners", "/owners", Deed.PROVE_RIGHTS),))

_UPLOAD = rights.MOST_DOCUMENTS * rights.MOST_BYTES + 2**20


@router.get("/owners")
def owners(
    request: Request,
    database: TheDatabase,
    known: SignedIn,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    with database.reading() as session:
        return _list(request, session, known, q=q, after=after)


@router.post("/owners")
def add(
    request: Request, database: TheDatabase, known: InPerson, key: Field = "", name: Field = ""
) -> Response:
    try:
        with database.writing(known.viewer.name) as session:
            add_owner(session, known.viewer, key, name)
    except OwnerRefused as error:
        with database.reading() as session:
            return _list(request, session, known, 422, key=key, name=name, wrong=str(error))
    return RedirectResponse(f"/owners/{key}", 303)


@router.get("/owners/{key}")
def owner(request: Request, database: TheDatabase, known: SignedIn, key: str) -> Response:
    with database.reading() as session:
        return _one(request, session, known, key)


@router.post("/owners/{key}/rights", max_body_size=_UPLOAD)
def hand_in(
    request: Request,
    database: TheDatabase,
    blobs: TheBlobs,
    known: InPerson,
    key: str,
    *,
    note: Field = "",
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    try:
        with database.reading() as session:
            rights.refuse_unless_may_ask(session, known.viewer, key)
        kept = [
            rights.keep(blobs, one.filename or "", one.file.read(rights.MOST_BYTES + 1))
            for one in files
            if one.filename
        ]
        with database.writing(known.viewer.name) as session:
            rights.ask(session, known.viewer, owner_of(session, known.viewer, key), kept, note)
    except rights.DocumentRefused as error:
        with database.reading() as session:
            return _one(request, session, known, key, 422, note=note, wrong=str(error))
    return RedirectResponse(f"/owners/{key}", 303)


@router.get("/rights/documents/{public}")
def document(database: TheDatabase, blobs: TheBlobs, known: InPerson, public: str) -> Response:
    with database.reading() as session:
        found = rights.document(session, known.viewer, public)
        name, kind, sha256 = found.name, found.kind, found.sha256
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    # To be saved, not shown: what is in it must not run as if it came from us.
    return Response(
        blobs.get(sha256),
        media_type=kind,
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, '')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


@router.post("/rights/{public}/{decision}")
def decide(
    database: TheDatabase,
    known: InPerson,
    public: str,
    decision: rights.Decision,
    *,
    reason: Field = "",
) -> Response:
    with database.writing(known.viewer.name) as session:
        key = rights.decide(session, known.viewer, public, decision, reason).owner.key
    return RedirectResponse(f"/owners/{key}", 303)


def _list(
    request: Request, session: Session, known: Known, status: int = 200, *,
    q: str = "", after: str = "", key: str = "", name: str = "", wrong: str = "",
) -> Response:  # fmt: skip
    found, following = owners_page(session, known.viewer, words=q, after=after)
    approves = known.viewer.may_somewhere(Deed.APPROVE_OWNERS)
    waiting = rights.requests(session, known.viewer, state=rights.RightsState.ASKED) if approves else []
    return page(
        request, "owners.html", status, owners=found, following=following, waiting=waiting, approves=approves,
        q=q, key=key, name=name, wrong=wrong,
    )  # fmt: skip


def _one(
    request: Request, session: Session, known: Known, key: str, status: int = 200, *,
    note: str = "", wrong: str = "",
) -> Response:  # fmt: skip
    owner = owner_of(session, known.viewer, key)
    return page(
        request,
        "owner.html",
        status,
        owner=owner,
        requests=rights.requests(session, known.viewer, owner),
        quality=notices.quality_of(session, owner.id),
        held_back=notices.may_file(session, owner.id),
        proves=known.viewer.may(Deed.PROVE_RIGHTS, owner.id),
        approves=known.viewer.may(Deed.APPROVE_OWNERS, owner.id),
        offered=[
            one for one in roles_offered(session, known.viewer, [owner]) if one[0].endswith(f"/{owner.key}")
        ],
        note=note,
        wrong=wrong,
        most=rights.MOST_BYTES // 2**20,
    )
