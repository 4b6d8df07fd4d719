"""'Try it', for programs: what would be flagged before a brand goes live."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, File, Form, Response, UploadFile
from pydantic import BaseModel, ConfigDict

from brand_registry.access import NotThere
from brand_registry.pictures import keep
from brand_registry.trials import Trial, TrialState, begin
from brand_registry.trying import listing_of
from brand_registry.uploads import MOST_BYTES
from brand_registry.web.asking_brand import AVisit
from brand_registry.web.rendering import Part
from detector.listing import Listing

router = APIRouter(prefix="/v1/brands/{owner}/{key}/try", tags=["try it"])
PART = Part(router)

_EXAMPLE = {"title": "Acrne shoes, replica 1:1", "description": "Same factory.", "brand": "Acme"}
_BESIDE = 2 * 2**20


class TrialTold(BaseModel):
    """`result` is a result's JSON under `shown`, with the reasons that are only `counted`; of a catalogue how
    many listings were looked at and flagged, those flagged, and how many of their pictures were `unread`.
    `why` says what failed.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "number": 7, "state": "done", "why": None,
        "result": {"shown": {"listing_id": "tried", "verdict": "flag", "risk": 0.99, "cases": []},
                   "counted": []},
    }]})  # fmt: skip

    number: int
    state: TrialState
    result: dict[str, Any] | None
    why: str | None


@router.post("", status_code=201, summary="Try a listing's text")
def try_listing(visit: AVisit, listing: Annotated[dict[str, Any], Body(examples=[_EXAMPLE])]) -> TrialTold:
    """A listing without its pictures is judged at once."""
    return _begun(visit, listing_of(listing | {"images": None}), None)


@router.post("/picture", status_code=202, summary="Try a picture", max_body_size=MOST_BYTES + _BESIDE)
def try_picture(
    visit: AVisit, response: Response, picture: Annotated[UploadFile, File()], *,
    title: Annotated[str, Form(min_length=1)] = "A picture", description: Annotated[str, Form()] = "",
) -> TrialTold:  # fmt: skip
    """A worker reads it; ask again at the address in `Location`."""
    listing = listing_of({"title": title, "description": description, "images": ["the picture"]})
    visit.refuse_unless_may_change()
    sha256 = keep(visit.blobs, picture.file.read(MOST_BYTES + 1), "").sha256
    return _located(visit, response, _begun(visit, listing, sha256))


@router.post("/catalogue", status_code=202, summary="Try the last catalogue")
def try_catalogue(visit: AVisit, response: Response) -> TrialTold:
    """The latest listings that were pulled; ask again at the address in `Location`."""
    return _located(visit, response, _begun(visit, None, None))


@router.get("/{number}", summary="Read what came of a trial")
def read_trial(visit: AVisit, number: int) -> TrialTold:
    with visit.database.reading() as session:
        brand = visit.shown(session).row
        trial = session.get(Trial, number) if abs(number) < 2**31 else None
        if trial is None or trial.brand_id != brand.id:
            raise NotThere("there is no such trial")
        return _told(trial)


def _begun(visit: AVisit, listing: Listing | None, picture: str | None) -> TrialTold:
    visit.refuse_unless_may_change()
    with visit.writing() as session:
        shown = visit.shown(session)
        return _told(begin(session, shown.stored, visit.viewer.name, listing, picture))


def _located(visit: AVisit, response: Response, told: TrialTold) -> TrialTold:
    response.headers["Location"] = f"/v1{visit.brand.address}/try/{told.number}"
    return told


def _told(trial: Trial) -> TrialTold:
    return TrialTold(number=trial.id, state=TrialState(trial.state), result=trial.result, why=trial.why)
