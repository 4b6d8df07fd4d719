"""Evidence packs and tables, to be taken away."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from brand_registry.access import Deed, NotThere
from brand_registry.web.asking import needs
from detector.errors import PictureRefused
from detector.listing import Listing
from review.audit.log import log
from review.exports import decisions_csv, queue_csv
from review.packs.gathering import Gathered, Picture, gather, last_row
from review.packs.overlays import overlay
from review.packs.packing import pack
from review.packs.report import report
from review.web.asking import ADesk, Desk
from review.web.pictures import NOT_FETCHED, Drawing, Had, PicturesOf
from review.web.showing import picture_of
from storage.errors import StorageError

router = APIRouter(include_in_schema=False, dependencies=[needs(Deed.REVIEW)])
Row = Annotated[int | None, Query(ge=0, lt=2**63)]


class Sort(StrEnum):
    """What a pack is given away as; an address with another ending is none."""

    ZIP = "zip"
    PDF = "pdf"


@router.get("/cases/{number}/evidence.{kind}")
def evidence(desk: ADesk, number: int, kind: str, upto: Row = None) -> Response:
    """The pack as it was when the log had come to row `upto`; without one, or with one that is still to come,
    it is the last, and the address says which.
    """
    if kind not in set(Sort):
        raise NotThere(f"an evidence pack is given as {' or '.join(Sort)}; end the address with one of them")
    with desk.database.reading() as session:
        last = last_row(session)
    if upto is None or upto > last:
        return RedirectResponse(f"/cases/{number}/evidence.{kind}?upto={last}", 303)
    with desk.database.reading() as session:
        gathered = gather(session, desk.viewer, number, upto)
        pictures_of: PicturesOf = desk.request.state.pictures_of
        had = pictures_of(session, gathered.version)
    shown = range(len(Listing.model_validate_json(gathered.listing).images))
    missing = dict.fromkeys(shown, NOT_FETCHED)
    pictures = [_picture(desk, gathered, place, one) for place, one in sorted((missing | dict(had)).items())]
    whole = report(gathered, pictures) if kind == Sort.PDF else pack(gathered, pictures)
    with desk.writing() as session:
        log(session, desk.at, desk.viewer.name, "took evidence away", number, upto=upto, kind=kind)
    named = {"Content-Disposition": f'attachment; filename="case-{number}.{kind}"'}
    return Response(whole, media_type=f"application/{kind}", headers=named)


@router.get("/decisions.csv")
def decisions(desk: ADesk, after: Row = 0) -> Response:
    with desk.database.reading() as session:
        text = "".join(decisions_csv(session, desk.viewer, after or 0))
    with desk.writing() as session:
        log(session, desk.at, desk.viewer.name, "took the decisions away", after=after or 0)
    named = {"Content-Disposition": 'attachment; filename="decisions.csv"'}
    return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=named)


@router.get("/queue.csv")
def queue(desk: ADesk) -> Response:
    """What waits, in its order, as far as it fits the wish."""
    with desk.database.reading() as session:
        text = "".join(queue_csv(session, desk.viewer, desk.wish))
    with desk.writing() as session:
        log(session, desk.at, desk.viewer.name, "took the queue away", wish=desk.query)
    named = {"Content-Disposition": 'attachment; filename="queue.csv"'}
    return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=named)


def _picture(desk: Desk, gathered: Gathered, place: int, had: Had) -> Picture:
    if had.sha256 is None:
        return Picture(place, None, had.why or "it is not there")
    drawing: Drawing = desk.request.state.drawing
    try:
        preview = drawing.preview(desk.database, desk.blobs, had.sha256)
        drawn = desk.blobs.get(preview.blob)
    except (PictureRefused, StorageError) as error:
        why = str(error) if isinstance(error, PictureRefused) else "it is no longer kept"
        return Picture(place, had.sha256, why)
    boxed = [
        (str(one["number"]), one["what"]["box"])
        for one in gathered.said["evidence"]
        if one["what"].get("box") and picture_of(str(one["what"]["where"])) == place
    ]
    size = (preview.width, preview.height)
    return Picture(place, had.sha256, "", size, drawn, overlay(drawn, size, boxed))
