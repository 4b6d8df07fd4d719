"""How the marketplace answers: with an ETag, and with nothing where nothing has changed."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response


def answer(
    request: Request, content: Any, headers: Mapping[str, str] | None = None, media_type: str = ""
) -> Response:
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    etag = f'"{sha256(body).hexdigest()[:20]}"'
    given = {"ETag": etag, **(headers or {})}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=given)
    return Response(body, headers=given, media_type=media_type or "application/json; charset=utf-8")


def number(request: Request, name: str, default: int, most: int = 10**9) -> int:
    """A whole number of the query, bounded as shops do it: silently."""
    text = request.query_params.get(name, "")
    return min(int(text), most) if text.isdigit() else default


def home(request: Request) -> str:
    """The marketplace's own address, as this client sees it."""
    prefix: str = request.scope.get("prefix", "")
    return str(request.base_url).rstrip("/") + prefix


def pictures(request: Request, listing: Mapping[str, Any]) -> list[str]:
    return [f"{home(request)}/{path}" for path in listing.get("images", ())]
