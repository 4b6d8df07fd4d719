"""What a brand has many of, for programs: each of them by its number, with an ETag of its own."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel

from brand_registry import editing
from brand_registry.access import NotThere
from brand_registry.editing import PARTS, Item, items
from brand_registry.web.api.versions import IfMatch, etag, matching
from brand_registry.web.asking_brand import AVisit, Shown
from brand_registry.web.rendering import Part

router = APIRouter(prefix="/v1/brands/{owner}/{key}", tags=["marks, sellers, products"])
PART = Part(router)

_FIELDS = Body(examples=[{"text": "Acme", "classes": [25], "territories": ["EU"]}])


class ItemTold(BaseModel):
    """`fields` as in a brand's JSON; `etag` is what If-Match asks for."""

    number: int
    etag: str
    fields: dict[str, Any]


class Items(BaseModel):
    """Some of a part; `start` asks for the next ones, null on the last page."""

    total: int
    items: list[ItemTold]
    start: int | None


def _part(name: str) -> None:
    """The routes of one part."""
    title = name.replace("_", " ")

    @router.get(f"/{name}", summary=f"List {title}", operation_id=f"list_{name}")
    def listed(
        visit: AVisit, start: Annotated[int, Query(ge=0, le=10**6)] = 0,
        most: Annotated[int, Query(ge=1, le=1_000)] = 100,
    ) -> Items:  # fmt: skip
        with visit.database.reading() as session:
            every = _items(visit.shown(session), name)
        more = start + most if start + most < len(every) else None
        return Items(total=len(every), items=[_told(one) for one in every[start : start + most]], start=more)

    @router.post(f"/{name}", status_code=201, summary=f"Add to {title}", operation_id=f"add_{name}")
    def add(visit: AVisit, fields: Annotated[dict[str, Any], _FIELDS], response: Response) -> ItemTold:
        with visit.writing() as session:
            editing.Part(session, visit.viewer, visit.brand.public, name).add(fields)
            session.flush()
            one = _items(visit.shown(session), name)[-1]
        response.headers.update(etag(one.digest))
        return _told(one)

    @router.put(f"/{name}/{{number}}", summary=f"Change one of {title}", operation_id=f"change_{name}")
    def change(
        visit: AVisit,
        number: int,
        was: IfMatch,
        fields: Annotated[dict[str, Any], _FIELDS],
        response: Response,
    ) -> ItemTold:
        """Fields that are not given stay as they are; null takes one out."""
        with matching(), visit.writing() as session:
            _refuse_missing(visit.shown(session), name, number)
            editing.Part(session, visit.viewer, visit.brand.public, name).change(number, fields, was)
            session.flush()
            one = next(one for one in _items(visit.shown(session), name) if one.number == number)
        response.headers.update(etag(one.digest))
        return _told(one)

    @router.delete(f"/{name}/{{number}}", status_code=204, summary=f"Take one out of {title}", operation_id=f"remove_{name}")  # fmt: skip  # noqa: E501
    def remove(visit: AVisit, number: int, was: IfMatch) -> None:
        with matching(), visit.writing() as session:
            _refuse_missing(visit.shown(session), name, number)
            editing.Part(session, visit.viewer, visit.brand.public, name).remove(number, was)


for _name in PARTS:
    _part(_name)


def _items(shown: Shown, part: str) -> list[Item]:
    return items(shown.row, shown.record, part)


def _refuse_missing(shown: Shown, part: str, number: int) -> None:
    if all(one.number != number for one in _items(shown, part)):
        raise NotThere(f"the brand has no such one among its {part}")


def _told(one: Item) -> ItemTold:
    return ItemTold(number=one.number, etag=one.digest, fields=one.fields)
