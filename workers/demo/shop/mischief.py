"""What marketplaces do when they misbehave, asked for by a prefix of the path.

`/bad/KIND/…` answers like `/…` but for the misbehaviour; `/bad/KINDxN/…` misbehaves N times a path, and then
no more.
"""

import asyncio
import re
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.responses import RedirectResponse, Response

from workers.demo.shop.shelf import Shelf

_App = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]
_PREFIX = re.compile(r"/bad/(?P<kind>[a-z0-9-]+?)(?:x(?P<times>\d+))?(?P<rest>/.*|$)")

KINDS = {
    "429": "too many requests: come back in a second",
    "429-tomorrow": "too many requests: come back tomorrow",
    "500": "a fault of its own",
    "stall": "takes the question and never answers",
    "drip": "a byte at a time, for ever",
    "redirect": "leads on without end",
    "metadata": "leads to a cloud's metadata service",
    "loopback6": "leads to the machine that asks",
    "short": "breaks off before the length it has told",
    "broken": "JSON that breaks off",
    "html": "a page for people",
    "nothing": "an empty body",
    "bomb": "a gigabyte, packed into one megabyte",
    "not-gzip": "says it is packed, and is not",
    "latin": "Latin-1 that calls itself UTF-8",
    "utf16": "UTF-16",
    "xml-bomb": "entities that unfold into gigabytes",
    "shift": "sells one of the first goods after each answer, so that all pages move",
    "no-ids": "a Shopify shop that walks by page numbers alone",
    "same-page": "answers every question for a page with the first one",
}
"""Kinds and what each is."""


class Mischief:
    """Wraps the application. `done` counts how often it misbehaved for a path."""

    def __init__(self, app: _App, shelf: Shelf, done: Counter[str]) -> None:
        self._app, self._shelf, self._done = app, shelf, done

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        asked = _PREFIX.fullmatch(scope.get("path", "")) if scope["type"] == "http" else None
        if asked is None:
            await self._app(scope, receive, send)
            return
        prefix, kind = scope["path"].removesuffix(asked["rest"]), asked["kind"]
        scope = {**scope, "path": asked["rest"] or "/", "prefix": prefix}
        self._done[scope["path"] + prefix] += 1
        if asked["times"] and self._done[scope["path"] + prefix] > int(asked["times"]):
            await self._app(scope, receive, send)
        elif kind in _INSTEAD:
            await _INSTEAD[kind](scope)(scope, receive, send)
        else:
            await self._bent(kind, scope, receive, send)

    async def _bent(self, kind: str, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if kind == "no-ids":
            scope["no_ids"] = True
        if kind == "same-page":
            scope["query_string"] = re.sub(rb"(page|offset)=\d+", rb"\1=0", scope["query_string"])
        if kind == "stall":
            await asyncio.sleep(3600)
        if kind not in _BENT:
            await self._app(scope, receive, send)
            if kind == "shift":
                self._shelf.sell(len(self._shelf.sold) + 1)
            return
        body = bytearray()
        start: dict[str, Any] = {}

        async def keep(message: dict[str, Any]) -> None:
            start.update(message if message["type"] == "http.response.start" else {})
            body.extend(message.get("body", b""))

        await self._app(scope, receive, keep)
        bent, length = _BENT[kind](bytes(body))
        headers = [
            (name, value) for name, value in start["headers"] if name not in (b"content-length", b"etag")
        ]
        headers.append((b"content-length", str(length).encode()))
        if kind == "not-gzip":
            headers.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": start["status"], "headers": headers})
        if kind == "drip":
            for place in range(len(bent)):
                await send({"type": "http.response.body", "body": bent[place : place + 1], "more_body": True})
                await asyncio.sleep(0.05)
        await send({"type": "http.response.body", "body": bent if kind != "drip" else b""})


_BENT: dict[str, Callable[[bytes], tuple[bytes, int]]] = {
    "drip": lambda body: (body, len(body)),
    "short": lambda body: (body[: len(body) // 2], len(body)),
    "broken": lambda body: (body[: len(body) // 2], len(body) // 2),
    "nothing": lambda _: (b"", 0),
    "not-gzip": lambda body: (body, len(body)),
    "latin": lambda body: _sized(body.decode().encode("latin-1", "replace")),
    "utf16": lambda body: _sized(body.decode().encode("utf-16")),
}


def _sized(body: bytes) -> tuple[bytes, int]:
    return body, len(body)


def _to(url: str) -> Callable[[MutableMapping[str, Any]], Response]:
    return lambda _: RedirectResponse(url, 302)


def _onwards(scope: MutableMapping[str, Any]) -> Response:
    asked = scope["query_string"].decode()
    return RedirectResponse(f"{scope['prefix']}{scope['path']}?{asked}&again=1"[:2000], 302)


def _bomb(_: MutableMapping[str, Any]) -> Response:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    first = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block depends on nothing before it, so one of them will do for all.
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = first + block * 1023
    return Response(packed, headers={"Content-Encoding": "gzip"}, media_type="application/json")


_XML_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "&a;" * 10}">' for n in range(10))
    + "]><rss><channel><item><id>1</id><title>&a9;</title></item></channel></rss>"
)

_INSTEAD: dict[str, Callable[[MutableMapping[str, Any]], Response]] = {
    "429": lambda _: Response("slower", 429, {"Retry-After": "1"}),
    "429-tomorrow": lambda _: Response("slower", 429, {"Retry-After": "86400"}),
    "500": lambda _: Response("broken", 500),
    "redirect": _onwards,
    "metadata": _to("http://169.254.169.254/latest/meta-data/iam/"),
    "loopback6": lambda scope: RedirectResponse(f"http://[::1]:{scope['server'][1]}/products.json", 302),
    "html": lambda _: Response(
        "<!doctype html><title>Closed</title><p>We are closed.", media_type="text/html"
    ),
    "bomb": _bomb,
    "xml-bomb": lambda _: Response(_XML_BOMB, media_type="application/xml"),
}
