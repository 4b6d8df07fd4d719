"""The page of a case: everything that a person needs to decide it, and the decision."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, NotThere
from brand_registry.previews import Preview
from brand_registry.tables import Asset
from brand_registry.web.asking_brand import Typed
from brand_registry.web.pages.brand_pictures import preview_of
from brand_registry.web.rendering import page
from brand_registry.web.told import outline_of, title_of
from detector.errors import PictureRefused
from review.audit.log import log
from review.decisions.deciding import decide
from review.decisions.rules import CODES, POLICIES, RULES
from review.errors import AgainstTheRules, TooLate
from review.exceptions.allowing import offers
from review.queue.tables import Stage
from review.training.exercising import answer, given_of
from review.training.tables import Gold, Kind
from review.web.after import after_of
from review.web.asking import ADesk, Desk
from review.web.laying import Laid, laid
from review.web.pictures import NOT_FETCHED, Drawing, Had, PicturesOf
from review.web.queue_pages import to_next
from review.web.ruled import ruling_of_form
from review.web.showing import Found, case_of, picture_of, show
from storage.errors import StorageError

router = APIRouter(include_in_schema=False)
Number = Annotated[int | None, Query(ge=1, lt=2**63)]


@router.get("/cases/{number}")
def case(desk: ADesk, number: int, after: Number = None) -> Response:
    return _page(desk, number, after=after)


@router.post("/cases/{number}/decide")
def say(desk: ADesk, number: int, typed: Typed) -> Response:
    try:
        with desk.writing() as session:
            ruling, exercise = ruling_of_form(typed), given_of(session, desk.viewer, number)
            if exercise is not None:
                kind = answer(session, desk.viewer, exercise, ruling, desk.at).kind
            else:
                said = decide(
                    session, desk.viewer, number, ruling, seen=_number(typed.get("seen", "")),
                    token=typed.get("token", ""), at=desk.at,
                )  # fmt: skip
    except (AgainstTheRules, TooLate) as error:
        return _page(desk, number, error=error, typed=typed)
    if exercise is None:
        return to_next(desk, after=said.decision)
    return desk.to("/training") if kind == Kind.TRAINING else to_next(desk)


@router.get("/cases/{number}/pictures/{place}")
def picture(desk: ADesk, number: int, place: int) -> Response:
    """A part of the page: the picture, what was found in it, and the references that it is like."""
    with desk.database.reading() as session:
        shown = show(session, desk.viewer, number)
        had = _pictures(desk, session, number).get(place) or NOT_FETCHED
    drawn, why = None, had.why or "it is not there"
    if had.sha256 is not None:
        try:
            drawn = _drawing(desk).preview(desk.database, desk.blobs, had.sha256)
        except (PictureRefused, StorageError) as error:
            why = str(error) if isinstance(error, PictureRefused) else "it is no longer kept"
    items = [dict(one.what) | {"tone": "against"} for one in shown.found if one.picture == place]
    items += [dict(one) | {"tone": "favour"} for one in shown.qualifiers if picture_of(one["where"]) == place]
    outlines = [outline_of(one) for one in items if one.get("box")]
    here = [one for one in shown.found if one.picture == place and one.asset]
    references = {one.asset: title_of(one.what["kind"]) for one in here}
    over = _laid(desk, number, here) if drawn else {}
    return page(
        desk.request, "review/picture.html", number=number, place=place, drawn=drawn, why=why,
        outlines=outlines, references=references, over=over, told=[title_of(one["kind"]) for one in items],
    )  # fmt: skip


@router.get("/cases/{number}/pictures/{place}/drawn")
def drawn_picture(desk: ADesk, number: int, place: int) -> Response:
    with desk.database.reading() as session:
        case_of(session, desk.viewer, number)
        had = _pictures(desk, session, number).get(place)
    if had is None or had.sha256 is None:
        raise NotThere("there is no such picture")
    return preview_of(desk.blobs.get(_drawing(desk).preview(desk.database, desk.blobs, had.sha256).blob))


@router.get("/cases/{number}/references/{asset}")
def reference(desk: ADesk, number: int, asset: int) -> Response:
    """A picture of the brand that the case is about."""
    return preview_of(desk.blobs.get(_reference(desk, number, asset).blob))


def _laid(desk: Desk, number: int, found: Sequence[Found]) -> dict[int, Laid]:
    """By their numbers, the references that can be laid over the picture that they were found in."""
    over: dict[int, Laid] = {}
    for one in found:
        box, asset = one.what.get("box"), one.asset
        if asset is None or asset in over or not box:
            continue
        try:
            own = _reference(desk, number, asset)
        except (NotThere, PictureRefused, StorageError):
            continue
        placed = laid(asset, (own.width, own.height), box, "mirror" in (one.what.get("detail") or ""))
        if placed is not None:
            over[asset] = placed
    return over


def _reference(desk: Desk, number: int, asset: int) -> Preview:
    """In small, a picture of the brand that a case is about. Raises `NotThere` and as `Drawing` does."""
    with desk.database.reading() as session:
        about, _ = case_of(session, desk.viewer, number)
        wanted = select(Asset.sha256).where(Asset.id == asset, Asset.brand_id == about.brand_id)
        sha256 = session.scalar(wanted)
    if sha256 is None:
        raise NotThere("there is no such reference")
    return _drawing(desk).preview(desk.database, desk.blobs, sha256)


def _page(
    desk: Desk, number: int, *,
    after: int | None = None, error: Exception | None = None, typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    status = 200 if error is None else 409 if isinstance(error, TooLate) else 422
    with desk.database.reading() as session:
        shown = show(session, desk.viewer, number)
        decided = shown.stage == Stage.DONE
        mine = shown.practice or (
            shown.place.holder == desk.viewer.name and (shown.place.until or desk.at) > desk.at
        )
        told = page(
            desk.request, "review/case.html", status, one=shown, mine=mine, query=desk.query, at=desk.at,
            after=after_of(session, desk, after), error=str(error or ""), typed=typed or {},
            token=secrets.token_hex(16), title_of=title_of, policies=POLICIES, codes=CODES, rules=RULES,
            dismissed=decided and bool(offers(session, desk.viewer, number)),
            gold=decided and session.get(Gold, number) is not None, lead=desk.viewer.may_somewhere(Deed.LEAD),
        )  # fmt: skip
    if not mine:
        # Who takes a case is in the log already; whoever else sees a seller's data is written there too.
        with desk.writing() as session:
            log(session, desk.at, desk.viewer.name, "saw", number)
    return told


def _number(text: str) -> int:
    """Of a field that only a strange form lacks, or fills with anything else: no case was ever so."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else 0


def _pictures(desk: Desk, session: Session, number: int) -> Mapping[int, Had]:
    about, _ = case_of(session, desk.viewer, number)
    pictures_of: PicturesOf = desk.request.state.pictures_of
    return pictures_of(session, about.version_id)


def _drawing(desk: Desk) -> Drawing:
    drawing: Drawing = desk.request.state.drawing
    return drawing
