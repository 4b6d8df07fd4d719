"""The page of rescans: how they stand; start, pause, resume, abort."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from brand_registry.access import Deed, NotThere
from brand_registry.web.asking import Asking, TheDatabase, needs
from brand_registry.web.asking_brand import Typed
from brand_registry.web.rendering import Link, Part, page
from detector.errors import DetectorError
from workers.rescans.moving import NoSuchRescan
from workers.rescans.tables import ENDED
from workers.rescans.web import api
from workers.rescans.web.asking import DEEDS, Rescans

router = APIRouter(include_in_schema=False, dependencies=[needs(Deed.RESCAN)])


def rescans_part() -> Part:
    """The page, and the API beside it."""
    both = APIRouter()
    both.include_router(router)
    both.include_router(api.router)
    return Part(both, Path(__file__).parent / "templates", (Link("Rescans", "/rescans", Deed.RESCAN),))


async def _rescans(viewer: Asking, database: TheDatabase) -> Rescans:
    return Rescans(database, viewer)


TheRescans = Annotated[Rescans, Depends(_rescans)]


@router.get("/rescans")
def shown(request: Request, rescans: TheRescans) -> Response:
    return _list(request, rescans)


@router.get("/rescans/now")
def now(request: Request, rescans: TheRescans) -> Response:
    """The list alone, which a page that is open asks for again and again."""
    return page(request, "rescans/list.html", found=rescans.all(), ended=ENDED)


@router.post("/rescans")
def start(request: Request, rescans: TheRescans, typed: Typed) -> Response:
    brands = [name for name in typed.get("brands", "").replace(",", " ").split() if name]
    try:
        _refuse_nothing(brands, typed)
        reads = typed.get("reads", "").split()
        rescans.begin(brands, _number(typed, "budget"), _number(typed, "cap"), reads)
    except (NotThere, DetectorError) as error:
        return _list(request, rescans, 422, typed, str(error))
    return RedirectResponse("/rescans", 303)


@router.post("/rescans/{number}/{deed}")
def move(request: Request, rescans: TheRescans, number: int, deed: str) -> Response:
    if deed not in DEEDS:
        raise NotThere
    try:
        rescans.move(number, deed)
    except NoSuchRescan as error:
        return _list(request, rescans, 409, wrong=str(error))
    return RedirectResponse("/rescans", 303)


def _list(
    request: Request,
    rescans: Rescans,
    status: int = 200,
    typed: dict[str, str] | None = None,
    wrong: str = "",
) -> Response:
    return page(
        request,
        "rescans/rescans.html",
        status,
        found=rescans.all(),
        ended=ENDED,
        typed=typed or {},
        wrong=wrong,
    )


def _refuse_nothing(brands: list[str], typed: dict[str, str]) -> None:
    if not brands and not typed.get("reads", "").strip() and typed.get("everything") != "yes":
        raise NoSuchRescan("name a brand by its id, or a model, or tick that a rule changed")


def _number(typed: dict[str, str], name: str) -> int | None:
    text = typed.get(name, "").strip().replace(",", "")
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 10**9:
        raise NoSuchRescan(f"{name} is a number from 1 on, or empty for no limit")
    return int(text)
