"""What routes ask for: who is there, the database, the blobs.

All of it is told by coroutines, though they wait for nothing: whatever else a route depends on is called in a
thread, and getting there and back costs more than what is told.
"""

from ipaddress import IPv6Address, ip_address
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from brand_registry.access import Deed, NotAllowed, Viewer, refuse_unless
from brand_registry.identity.sessions import Known
from storage.blobs import Blobs
from storage.database import Database


async def _known(request: Request) -> Known:
    known: Known | None = request.state.known
    if known is None:
        raise HTTPException(401)
    return known


async def _in_person(request: Request) -> Known:
    known = await _known(request)
    if known.session is None:
        raise NotAllowed("this can't be done with a key; sign in to do it")
    return known


async def _viewer(request: Request) -> Viewer:
    return (await _known(request)).viewer


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _blobs(request: Request) -> Blobs:
    blobs: Blobs = request.app.state.blobs
    return blobs


def address_of(request: Request) -> str:
    """Where a request came from; behind a proxy the server has put there already what that says of it."""
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        # One caller is one address, however it is written.
        address = address.ipv4_mapped or IPv6Address(int(address))
    return str(address)


SignedIn = Annotated[Known, Depends(_known)]
InPerson = Annotated[Known, Depends(_in_person)]
"""Somebody who signed in: a key must not make keys, or let people in."""
Asking = Annotated[Viewer, Depends(_viewer)]


def needs(deed: Deed) -> Any:
    """A dependency of routes that nobody gets past who may not do it for anybody."""

    async def refuse(viewer: Asking) -> None:
        refuse_unless(viewer, deed)

    return Depends(refuse)


TheDatabase = Annotated[Database, Depends(_database)]
TheBlobs = Annotated[Blobs, Depends(_blobs)]
