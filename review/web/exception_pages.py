"""Exceptions made from a dismissal: made, listed, taken back."""

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter, Response

from brand_registry.web.asking_brand import Typed
from brand_registry.web.rendering import page
from review.audit.log import log
from review.errors import AgainstTheRules
from review.exceptions.allowing import LONGEST, USUAL, Offer, Scope, allow, offers, revoke, standing
from review.queue.claiming import refuse_unless_reviewer
from review.web.asking import ADesk, Desk
from review.web.showing import case_of

router = APIRouter(include_in_schema=False)


@router.get("/cases/{number}/allow")
def offered(desk: ADesk, number: int) -> Response:
    return _page(desk, number)


@router.post("/cases/{number}/allow")
def make(desk: ADesk, number: int, typed: Typed) -> Response:
    try:
        with desk.writing() as session:
            may = offers(session, desk.viewer, number)
            offer, until = _chosen(typed.get("what", ""), may), _day(typed.get("until", ""))
            allow(session, desk.viewer, number, offer, until=until, at=desk.at)
    except AgainstTheRules as error:
        return _page(desk, number, error)
    return desk.to(f"/cases/{number}/allow")


@router.get("/exceptions")
def listed(desk: ADesk) -> Response:
    refuse_unless_reviewer(desk.viewer)
    with desk.database.reading() as session:
        return page(desk.request, "review/exceptions.html", standing=standing(session), at=desk.at)


@router.post("/exceptions/{number}/end")
def end(desk: ADesk, number: int) -> Response:
    with desk.writing() as session:
        revoke(session, desk.viewer, number, desk.at)
    return desk.to("/exceptions")


def _chosen(what: str, may: Sequence[Offer]) -> Offer:
    """By its number among those that are offered, and its scope, lest they changed meanwhile."""
    place, _, scope = what.partition(".")
    if place.isdigit() and int(place[:3]) < len(may) and scope == may[int(place[:3])].scope:
        return may[int(place[:3])]
    raise AgainstTheRules("choose what is to be left out first")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AgainstTheRules("say until when, such as 2030-12-31") from None


def _page(desk: Desk, number: int, error: Exception | None = None) -> Response:
    with desk.database.reading() as session:
        about, place = case_of(session, desk.viewer, number)
        told = page(
            desk.request, "review/allow.html", 422 if error else 200, about=about, place=place,
            offers=offers(session, desk.viewer, number), standing=standing(session, number),
            error=str(error or ""), until=desk.at.date() + USUAL, last=desk.at.date() + LONGEST, at=desk.at,
            said={
                Scope.LISTING: "This listing", Scope.SELLER: "All of this seller",
                Scope.MARK: "What is like the mark", Scope.BRAND: "Everything, for the brand",
            },
        )  # fmt: skip
    with desk.writing() as session:
        log(session, desk.at, desk.viewer.name, "saw", number)
    return told
