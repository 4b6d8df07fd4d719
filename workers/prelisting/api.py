"""`/v1/check`: a listing that is about to go live comes in, the result of a scan goes out.

What text alone decides is answered at once, by this process, which loads no model. Pictures, and sentences
that need a model of meaning, go to the workers ahead of everything else; who has waited long enough gets what
the text says, with the pictures named as missing, and a ticket to ask again with.
"""

import asyncio
import time
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from brand_registry.access import Deed
from brand_registry.web.asking import TheBlobs, TheDatabase, needs
from brand_registry.web.rendering import Part
from detector.listing import Listing
from detector.result import Result
from storage.database import Database
from workers.graph.judging import Judges
from workers.prelisting.asked import LARGEST, asked_listing
from workers.prelisting.asking import answer, begin, meanwhile
from workers.prelisting.unsure import NeedsAModel

PATIENCE = 2.8
"""Seconds that a caller is kept waiting; three is what they are promised."""
_LOOKS = 0.02


def check_part(judges: Judges) -> Part:
    """The routes; `judges` judge texts in this process."""
    router = APIRouter(
        # The answer names whosever brands are abused: it is not for their owners.
        prefix="/v1", tags=["check"], dependencies=[needs(Deed.SCREEN)], max_body_size=LARGEST
    )  # fmt: skip

    @router.post(
        "/check",
        summary="Check a listing before it is listed",
        openapi_extra={"requestBody": _REQUEST},
        responses={
            202: {"description": "Not judged in time: what its text says, and a ticket to ask again with"}
        },
    )
    async def check(request: Request, database: TheDatabase, blobs: TheBlobs) -> JSONResponse:
        body = await _body(request)
        listing = await run_in_threadpool(asked_listing, body, blobs)
        if not listing.images:
            try:
                return JSONResponse(await run_in_threadpool(_at_once, judges, listing))
            except NeedsAModel:
                pass
        ticket = await run_in_threadpool(begin, database, listing)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = await run_in_threadpool(answer, database, ticket)
            if found is not None and found.result is not None:
                return JSONResponse(found.result)
            await asyncio.sleep(_LOOKS)
        return JSONResponse(await run_in_threadpool(_so_far, judges, listing, ticket), 202)

    @router.get(
        "/check/{ticket}",
        summary="Ask again for a check that was not done in time",
        responses={202: {"description": "Not judged yet"}},
    )
    def again(ticket: str, database: TheDatabase) -> JSONResponse:
        return _again(database, ticket)

    return Part(router)


_PICTURE = {
    "oneOf": [
        {"type": "string", "description": "an http(s) address, or a data URI in base64"},
        {
            "type": "object",
            "required": ["data"],
            "properties": {"data": {"type": "string", "format": "byte"}},
        },
    ]
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A listing as in a catalogue. Only id and title are required.",
    "required": ["id", "title"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 500},
        "title": {"type": "string", "minLength": 1, "maxLength": 10_000},
        "images": {"type": "array", "maxItems": 100, "items": _PICTURE},
    },
}


_REQUEST = {"required": True, "content": {"application/json": {"schema": _SCHEMA}}}


def as_json(result: Result) -> dict[str, Any]:
    said: dict[str, Any] = orjson.loads(result.to_json())
    return said


def _at_once(judges: Judges, listing: Listing) -> dict[str, Any]:
    return as_json(judges.current().judge(listing))


def _so_far(judges: Judges, listing: Listing, ticket: str) -> dict[str, Any]:
    try:
        said = as_json(meanwhile(judges.current(), listing))
    except NeedsAModel:
        said = {"listing_id": listing.id, "verdict": "incomplete", "risk": 0.0, "cases": [], "missing": []}
    return said | {"ticket": ticket}


def _again(database: Database, ticket: str) -> JSONResponse:
    found = answer(database, ticket)
    if found is None:
        raise HTTPException(404, "there is no such ticket; they are kept for a day")
    if found.result is None:
        return JSONResponse({"verdict": "incomplete", "ticket": ticket}, 202)
    return JSONResponse(found.result)


async def _body(request: Request) -> bytes:
    """The whole of it, as far as it is taken."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise HTTPException(413, f"a check takes {LARGEST // 2**20} MB at most; send pictures by address")
        parts.append(part)
    return b"".join(parts)
