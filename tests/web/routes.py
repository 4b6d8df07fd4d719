"""The routes of the whole app, as it has them itself."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount

from brand_registry.web.rendering import HERE


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Methods with paths; what is mounted must be the static files alone."""
    return _within(app.routes)


def _within(some: list[Any]) -> Iterator[tuple[str, str]]:
    for route in some:
        if hasattr(route, "original_router"):
            yield from _within(route.original_router.routes)
        elif isinstance(route, Mount):
            assert (route.path, route.app.directory) == ("/static", HERE / "static")
        else:
            yield from ((method, route.path) for method in sorted(route.methods - {"HEAD"}))
