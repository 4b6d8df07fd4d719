"""What is kept for how long: the rules, what is held, erasing on request, and what was erased."""

from fastapi import APIRouter, Response
from sqlalchemy import select

from brand_registry.access import Deed, NotThere, refuse_unless
from brand_registry.web.asking_brand import Typed
from brand_registry.web.rendering import page
from review.errors import AgainstTheRules
from review.retention.holding import hold, holds, lift
from review.retention.running import Answered, Asked, count_due, erase_asked
from review.retention.tables import Erasure, Scope
from review.web.asking import ADesk, Desk
from storage.settings import settings

router = APIRouter(include_in_schema=False)
_SHOWN = 30
SCOPES = (
    (Scope.CASE, "one case"),
    (Scope.SELLER, "all of a case's seller"),
    (Scope.BRAND, "all cases of a brand"),
    (Scope.EVERYTHING, "everything"),
)


@router.get("/retention")
def retention(desk: ADesk) -> Response:
    return _page(desk)


@router.post("/retention/holds")
def keep(desk: ADesk, typed: Typed) -> Response:
    scope, value, why = (typed.get(name, "") for name in ("scope", "value", "why"))
    if scope not in set(Scope):
        return _page(desk, AgainstTheRules("choose what is to be held"), typed)
    try:
        with desk.writing() as session:
            hold(session, desk.viewer, Scope(scope), value, why=why, at=desk.at)
    except (AgainstTheRules, NotThere) as error:
        return _page(desk, error, typed)
    return desk.to("/retention")


@router.post("/retention/holds/{number}/lift")
def end(desk: ADesk, number: int) -> Response:
    with desk.writing() as session:
        lift(session, desk.viewer, number, desk.at)
    return desk.to("/retention")


@router.post("/retention/erase")
def erase(desk: ADesk, typed: Typed) -> Response:
    """What lies in the workers' tables and files follows within the hour."""
    names = ("source", "key", "marketplace", "seller", "email")
    asked = Asked(**{name: typed.get(name, "").strip() for name in names})
    try:
        with desk.writing() as session:
            answered = erase_asked(session, desk.viewer, asked, desk.at)
    except AgainstTheRules as error:
        return _page(desk, error, typed)
    return _page(desk, answered=answered)


def _page(
    desk: Desk,
    error: Exception | None = None,
    typed: Typed | None = None,
    answered: Answered | None = None,
) -> Response:
    refuse_unless(desk.viewer, Deed.RETAIN)
    with desk.database.reading() as session:
        erasures = session.scalars(select(Erasure).order_by(Erasure.id.desc()).limit(_SHOWN)).all()
        return page(
            desk.request, "review/retention.html", 422 if error else 200, error=str(error or ""),
            typed=typed or {}, holds=holds(session), due=count_due(session, desk.at), erasures=erasures,
            rules=settings(), scopes=SCOPES, answered=answered,
        )  # fmt: skip
