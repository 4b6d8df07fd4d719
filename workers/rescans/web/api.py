"""The API of rescans, for administrators' programs."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from brand_registry.access import Deed, NotThere
from brand_registry.web.asking import Asking, TheDatabase, needs
from workers.rescans.moving import NoSuchRescan
from workers.rescans.telling import Report
from workers.rescans.web.asking import Rescans

router = APIRouter(prefix="/v1", tags=["rescans"], dependencies=[needs(Deed.RESCAN)])
Number = Annotated[int, Path(ge=1, lt=2**63)]


class Wanted(BaseModel):
    """What is to be judged again: for some brands by their ids, or for all where there are none. With `reads`
    pictures are read again by another model that ships, such as `{"ocr_recogniser": "small"}`.
    """

    brands: list[Annotated[str, Field(min_length=1, max_length=400)]] = Field(default=[], max_length=1_000)
    reads: dict[str, Annotated[str, Field(max_length=200)]] = Field(default={}, max_length=20)
    budget: int | None = Field(
        default=None, ge=1, le=10**9, description="listings an hour at most, or pictures of a model"
    )
    cap: int | None = Field(default=None, ge=1, le=10**9, description="cases a brand at most")


async def _rescans(viewer: Asking, database: TheDatabase) -> Rescans:
    return Rescans(database, viewer)


TheRescans = Annotated[Rescans, Depends(_rescans)]


@router.get("/rescans", summary="The latest rescans")
def all_of_them(rescans: TheRescans) -> list[Report]:
    return rescans.all()


@router.post("/rescans", summary="Begin a rescan, which waits to be resumed", status_code=201)
def begin(rescans: TheRescans, wanted: Wanted) -> Report:
    reads = [f"{name}={value}" for name, value in wanted.reads.items()]
    return rescans.begin(wanted.brands, wanted.budget, wanted.cap, reads)


@router.get("/rescans/{number}", summary="How a rescan stands")
def one(rescans: TheRescans, number: Number) -> Report:
    try:
        return rescans.one(number)
    except NoSuchRescan as error:
        raise NotThere(str(error)) from None


@router.post("/rescans/{number}/{deed}", summary="Resume, pause or abort; of a model compare or switch")
def move(
    rescans: TheRescans, number: Number, deed: Literal["resume", "pause", "abort", "compare", "switch"]
) -> Report:
    return rescans.move(number, deed)
