"""The queue: what waits and for how long, and the way into the next case."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from brand_registry.access import Deed
from brand_registry.web.asking_brand import Typed
from brand_registry.web.rendering import page
from detector.harms import harms
from review.decisions.deciding import undo
from review.queue.browsing import overview
from review.queue.claiming import claim, claim_another, heartbeat, holds, next_ahead
from review.queue.passing import send_back, skip
from review.tables import Case
from review.training.exercising import given_of, mix_in
from review.web.after import after_of
from review.web.asking import ADesk, Desk
from review.web.pictures import PicturesOf
from storage.settings import settings

router = APIRouter(include_in_schema=False)
_AHEAD = 4
"""Pictures of the next case that are drawn before it is there."""


@router.get("/queue")
def queue(desk: ADesk, after: Annotated[int | None, Query(ge=1, lt=2**63)] = None) -> Response:
    with desk.database.reading() as session:
        seen = overview(session, desk.viewer, desk.wish, desk.at, list(harms()))
        return page(
            desk.request, "review/queue.html", seen=seen, wish=desk.wish, query=desk.query, at=desk.at,
            harms=harms(), after=after_of(session, desk, after), lead=desk.viewer.may_somewhere(Deed.LEAD),
        )  # fmt: skip


@router.get("/queue/ahead")
def ahead(desk: ADesk) -> dict[str, list[str]]:
    """Where the pictures of the case are that the viewer would be given next: a browser gets them ahead."""
    with desk.database.reading() as session:
        queued = next_ahead(session, desk.viewer, desk.at, desk.wish)
        if queued is None:
            return {"pictures": []}
        pictures_of: PicturesOf = desk.request.state.pictures_of
        had = pictures_of(session, session.get_one(Case, queued.case_id).version_id)
        places = [place for place, one in sorted(had.items()) if one.sha256]
    return {"pictures": [f"/cases/{queued.case_id}/pictures/{place}/drawn" for place in places[:_AHEAD]]}


@router.post("/queue/next")
def take_next(desk: ADesk) -> Response:
    return to_next(desk)


@router.post("/cases/{number}/take")
def take(desk: ADesk, number: int) -> Response:
    with desk.writing() as session:
        claim(session, desk.viewer, number, desk.at)
    return desk.to(f"/cases/{number}")


@router.post("/cases/{number}/heartbeat")
def still_there(desk: ADesk, number: int) -> Response:
    with desk.writing() as session:
        if given_of(session, desk.viewer, number):
            return Response(status_code=204)
        heartbeat(session, desk.viewer, number, desk.at)
    return Response(status_code=204)


@router.post("/cases/{number}/skip")
def leave(desk: ADesk, number: int) -> Response:
    with desk.writing() as session:
        if exercise := given_of(session, desk.viewer, number):
            session.delete(exercise)
        else:
            skip(session, desk.viewer, number, desk.at)
    return to_next(desk)


@router.post("/cases/{number}/back")
def give_back(desk: ADesk, number: int, typed: Typed) -> Response:
    with desk.writing() as session:
        send_back(session, desk.viewer, number, typed.get("note", ""), desk.at)
    return to_next(desk)


@router.post("/decisions/{number}/undo")
def take_back(desk: ADesk, number: int) -> Response:
    with desk.writing() as session:
        case = undo(session, desk.viewer, number, desk.at)
    return desk.to(f"/cases/{case}")


def to_next(desk: Desk, **after: object) -> Response:
    """On to the next case, or to the queue where none waits; now and then to one whose answer is known."""
    with desk.writing() as session:
        number = holds(session, desk.viewer, desk.at)
        if number is None and (gold := mix_in(session, desk.viewer, desk.at, share=settings().gold_share)):
            number = gold.case_id
        if number is None:
            number = claim_another(session, desk.viewer, desk.at, desk.wish)
    return desk.to("/queue" if number is None else f"/cases/{number}", **after)
