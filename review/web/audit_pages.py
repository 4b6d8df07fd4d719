"""What was cleared, looked at by people: one listing after another, drawn by chance."""

from fastapi import APIRouter, Response

from brand_registry.access import NotThere
from brand_registry.web.asking_brand import Typed
from brand_registry.web.pages.brand_pictures import preview_of
from brand_registry.web.rendering import page
from detector.errors import PictureRefused
from detector.listing import Listing
from review.decisions.rules import POLICIES
from review.errors import AgainstTheRules
from review.queue.claiming import refuse_unless_reviewer
from review.recall.auditing import Found, cleared_of, next_cleared, say
from review.recall.tables import Verdict
from review.tables import ListingVersion
from review.web.asking import ADesk, Desk
from review.web.marking import marked_texts
from review.web.pictures import Drawing, PicturesOf
from storage.errors import StorageError

router = APIRouter(include_in_schema=False)


@router.get("/audit")
def audit(desk: ADesk) -> Response:
    refuse_unless_reviewer(desk.viewer)
    return page(desk.request, "review/audit_start.html")


@router.post("/audit/next")
def take_next(desk: ADesk) -> Response:
    with desk.writing() as session:
        one = next_cleared(session, desk.viewer, desk.at)
        there = f"/audit/{one.id}" if one else "/audit?none=1"
    return desk.to(there)


@router.get("/audit/{number}")
def listing(desk: ADesk, number: int) -> Response:
    return _page(desk, number)


@router.post("/audit/{number}")
def answer(desk: ADesk, number: int, typed: Typed) -> Response:
    if typed.get("outcome") not in set(Verdict):
        return _page(desk, number, AgainstTheRules("choose what the listing is"), typed)
    found = Found(
        Verdict(typed["outcome"]), typed.get("brand", ""), typed.get("policy", ""), typed.get("note", "")
    )
    try:
        with desk.writing() as session:
            say(session, desk.viewer, number, found, desk.at)
    except AgainstTheRules as error:
        return _page(desk, number, error, typed)
    return take_next(desk)


@router.get("/audit/{number}/pictures/{place}")
def picture(desk: ADesk, number: int, place: int) -> Response:
    with desk.database.reading() as session:
        one = cleared_of(session, desk.viewer, number)
        pictures_of: PicturesOf = desk.request.state.pictures_of
        had = pictures_of(session, one.version_id).get(place)
    if had is None or had.sha256 is None:
        raise NotThere("there is no such picture")
    drawing: Drawing = desk.request.state.drawing
    try:
        return preview_of(desk.blobs.get(drawing.preview(desk.database, desk.blobs, had.sha256).blob))
    except (PictureRefused, StorageError):
        raise NotThere("this picture cannot be shown") from None


def _page(desk: Desk, number: int, error: Exception | None = None, typed: Typed | None = None) -> Response:
    with desk.database.reading() as session:
        one = cleared_of(session, desk.viewer, number)
        said = Listing.model_validate_json(session.get_one(ListingVersion, one.version_id).data)
        pictures_of: PicturesOf = desk.request.state.pictures_of
        pictures = [
            place for place, had in sorted(pictures_of(session, one.version_id).items()) if had.sha256
        ]
        return page(
            desk.request, "review/audit.html", 422 if error else 200, one=one, listing=said,
            texts=marked_texts(said, [], []), pictures=pictures, policies=POLICIES, typed=typed or {},
            error=str(error or ""),
        )  # fmt: skip
