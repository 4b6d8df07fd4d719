"""The API of rescans, for administrators' programs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from brand_registry.access import Deed, NotThere
from brand_registry.web.asking import Asking, TheDatabase, needs
from workers.rescans.moving import NoSuchRescan
from workers.rescans.web.asking import Rescans

router = APIRouter(prefix="/v1", tags=["rescans"], dependencies=[needs(Deed.RESCAN)])
Number = Annotated[int, Path(ge=1, lt=2**63)]


class Rescan(BaseModel):
    """How a rescan stands; `share` of it is done, 0 to 1, at `rate` listings a second, with `left` seconds to
    go. `waiting` cases were kept back. `reads` are settings of a model that reads pictures again.
    """

    model_config = ConfigDict(from_attributes=True)

    number: int
    kind: str
    brands: list[str]
    state: str
    who: str
    made: datetime
    started: datetime | None
    ended: datetime | None
    budget: int | None
    cap: int | None
    estimate: dict[str, Any] | None
    why: str | None
    parts: dict[str, int]
    counts: dict[str, int]
    seconds: dict[str, float]
    share: float
    rate: float | None
    left: float | None
    waiting: int
    reads: dict[str, Any] | None


class Wanted(BaseModel):
    """What is to be judged again: for some brands by their ids, or for all where there are none."""

    brands: list[Annotated[str, Field(min_length=1, max_length=400)]] = Field(default=[], max_length=1_000)
    budget: int | None = Field(default=None, ge=1, le=10**9, description="listings an hour at most")
    cap: int | None = Field(default=None, ge=1, le=10**9, description="cases a brand at most")


def _rescans(viewer: Asking, database: TheDatabase) -> Rescans:
    return Rescans(database, viewer)


TheRescans = Annotated[Rescans, Depends(_rescans)]


@router.get("/rescans", summary="The latest rescans")
def all_of_them(rescans: TheRescans) -> list[Rescan]:
    return [Rescan.model_validate(one) for one in rescans.all()]


@router.post("/rescans", summary="Begin a rescan, which waits to be resumed", status_code=201)
def begin(rescans: TheRescans, wanted: Wanted) -> Rescan:
    return Rescan.model_validate(rescans.begin(wanted.brands, wanted.budget, wanted.cap))


@router.get("/rescans/{number}", summary="How a rescan stands")
def one(rescans: TheRescans, number: Number) -> Rescan:
    try:
        return Rescan.model_validate(rescans.one(number))
    except NoSuchRescan as error:
        raise NotThere(str(error)) from None


@router.post("/rescans/{number}/{deed}", summary="Resume, pause or abort a rescan")
def move(rescans: TheRescans, number: Number, deed: Literal["resume", "pause", "abort"]) -> Rescan:
    return Rescan.model_validate(rescans.move(number, deed))
