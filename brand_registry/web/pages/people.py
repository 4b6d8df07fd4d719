"""The people whom one manages: invited, and their roles taken from them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from brand_registry.access import Deed, refuse_unless, roles_managed
from brand_registry.identity import accounts, events, invitations
from brand_registry.identity.errors import InvitationRefused
from brand_registry.identity.events import Happened, note
from brand_registry.people import Person
from brand_registry.web.asking import InPerson, TheDatabase, address_of
from brand_registry.web.pages.roles import role_of, roles_offered, shown
from brand_registry.web.pages.signing_in import Field
from brand_registry.web.rendering import Link, Part, notices_for, page, public_url

router = APIRouter(include_in_schema=False)
PART = Part(
    router,
    links=(Link("People", "/people", Deed.MANAGE_PEOPLE), Link("Events", "/events", Deed.SEE_ACCOUNTS)),
)

Words = Annotated[str, Query(max_length=200)]


@router.get("/people")
def people(
    request: Request, database: TheDatabase, known: InPerson, q: Words = "", after: Words = ""
) -> Response:
    with database.reading() as session:
        return _page(request, session, known, q=q, after=after)


@router.post("/people/invite")
def invite(
    request: Request, database: TheDatabase, known: InPerson, email: Field = "", role: Field = ""
) -> Response:
    try:
        with database.writing(known.viewer.name) as session:
            given, owner = role_of(session, known.viewer, role)
            token = invitations.invite(session, known.viewer, email, given, owner)
            note(session, Happened.INVITED, known.viewer.name, address_of(request), f"{email[:320]}: {role}")
    except InvitationRefused as error:
        with database.reading() as session:
            return _page(request, session, known, 422, email=email, wrong=str(error))
    return _link(request, token, email, "invitation")


@router.post("/people/password-link")
def password_link(request: Request, database: TheDatabase, known: InPerson, email: Field = "") -> Response:
    with database.writing(known.viewer.name) as session:
        token = invitations.password_link(session, known.viewer, email)
        note(session, Happened.PASSWORD_LINK, known.viewer.name, address_of(request), email[:320])
    return _link(request, token, email, "new password")


@router.post("/people/take-role")
def take_role(
    request: Request, database: TheDatabase, known: InPerson, email: Field = "", role: Field = ""
) -> Response:
    with database.writing(known.viewer.name) as session:
        taken, owner = role_of(session, known.viewer, role)
        accounts.take_role(session, known.viewer, email, taken, owner, address=address_of(request))
        session.flush()
        return _page(request, session, known)


@router.post("/people/leave")
def leave(request: Request, database: TheDatabase, known: InPerson, email: Field = "") -> Response:
    with database.writing(known.viewer.name) as session:
        accounts.leave(session, known.viewer, email, address_of(request))
        session.flush()
        return _page(request, session, known)


@router.get("/events")
def account_events(
    request: Request,
    database: TheDatabase,
    known: InPerson,
    q: Words = "",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    with database.reading() as session:
        found = events.latest(session, known.viewer, email=q, before=before)
        return page(request, "events.html", events=found, q=q, more=len(found) == events.PAGE)


def _page(
    request: Request, session: Session, known: InPerson, status: int = 200, *,
    q: str = "", after: str = "", email: str = "", wrong: str = "",
) -> Response:  # fmt: skip
    refuse_unless(known.viewer, Deed.MANAGE_PEOPLE)
    found, following = accounts.people_page(session, known.viewer, words=q, after=after)

    def roles(person: Person) -> list[tuple[str, str]]:
        return shown(roles_managed(known.viewer, person))

    return page(
        request,
        "people.html",
        status,
        people=found,
        roles=roles,
        following=following,
        q=q,
        offered=roles_offered(session, known.viewer),
        everybody=known.viewer.owners_where(Deed.MANAGE_PEOPLE) is None,
        notices=notices_for(request, session, known.viewer),
        email=email,
        wrong=wrong,
    )


def _link(request: Request, token: str, email: str, what: str) -> Response:
    address = f"{public_url(request)}/invitation/{token}"
    return page(request, "link.html", link=address, email=email, what=what)
