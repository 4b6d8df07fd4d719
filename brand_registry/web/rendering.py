"""Pages from templates: escaped, with what every page needs."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy.orm import Session

from brand_registry.access import Deed, Viewer
from brand_registry.identity.sessions import Known
from brand_registry.web import wording
from brand_registry.web.asking_brand import BrandId
from detector.counted import counted
from detector.text.strange import all_visible

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the navigation, for those who may do `deed` for anybody; None is for all who are signed
    in.
    """

    label: str
    address: str
    deed: Deed | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What those who can help it are told where they come in: a sentence, and the page that helps."""

    said: str
    address: str
    label: str


@dataclass(frozen=True, slots=True)
class Part:
    """What a room adds to the app: its routes, a folder of templates and one of static files, places in the
    navigation, and pages of each brand (`tabs`, whose addresses go on from the brand's; what lies under
    `/summary` of one stands on the brand's first page), and `notices` of what is amiss, None where nothing
    is.
    """

    router: APIRouter
    templates: Path | None = None
    links: tuple[Link, ...] = ()
    tabs: tuple[Link, ...] = ()
    static: Path | None = None
    notices: tuple[Callable[[Session, Viewer], Notice | None], ...] = ()


def notices_for(request: Request, session: Session, viewer: Viewer) -> list[Notice]:
    """What the viewer is told of."""
    asked: list[Callable[[Session, Viewer], Notice | None]] = request.app.state.notices
    return [notice for ask in asked if (notice := ask(session, viewer)) is not None]


def static_folders(parts: Sequence[Part]) -> list[Path]:
    """Where static files lie, ours first."""
    return [HERE / "static", *(part.static for part in parts if part.static)]


def templates_of(parts: Sequence[Part]) -> Environment:
    """The environment that all pages are made with. A name that a template doesn't know is an error."""
    folders = [HERE / "templates", *(part.templates for part in parts if part.templates)]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        # Asked several times a page; who changes a file starts the server anew.
        "static": cache(partial(static, static_folders(parts))),
        "address_of": lambda owner, key: BrandId(owner, key).address,
        "brand_states": wording.BRAND_STATES,
        "asset_states": wording.ASSET_STATES,
        "shows": wording.SHOWS,
        "brand_tabs": [tab for part in parts for tab in part.tabs],
    }
    environment.filters |= {
        "when": when, "sentence": sentence, "words": words, "place": wording.place, "size": size,
        "visible": all_visible, "counted": counted,
    }  # fmt: skip
    return environment


def static(folders: Sequence[Path], name: str) -> str:
    """The address of a static file, which changes with what it holds, so that browsers may keep it."""
    held = next(folder / name for folder in folders if (folder / name).exists()).read_bytes()
    return f"/static/{name}?{hashlib.sha256(held).hexdigest()[:12]}"


def when(moment: datetime | None) -> Markup:
    """A point in time for people, and for programs."""
    if moment is None:
        return Markup("never")
    said = f"{moment:%d %b %Y, %H:%M} UTC".lstrip("0")
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(timespec="seconds"), said)


def sentence(text: str) -> str:
    """What an error says, as a sentence of its own."""
    return text and text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def words(name: str) -> str:
    """What a program calls `brand_manager`, for people."""
    return name.replace("_", " ")


def size(count: int) -> str:
    """Bytes, to two digits."""
    return f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{max(1, round(count / 1024))} kB"


def public_url(request: Request) -> str:
    """Where browsers reach us, for links that are sent elsewhere."""
    return request.app.state.public_url or str(request.base_url).rstrip("/")


def page(
    request: Request,
    template: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    /,
    **context: Any,
) -> HTMLResponse:
    """A page, or a part of one, with `known` (who is signed in, or None) and `links` at hand."""
    app: FastAPI = request.app
    known: Known | None = getattr(request.state, "known", None)
    links = [
        link
        for link in app.state.links
        if known and (link.deed is None or known.viewer.may_somewhere(link.deed))
    ]
    environment: Environment = app.state.templates
    text = environment.get_template(template).render(
        request=request, known=known, links=links, whole="hx-request" not in request.headers, **context
    )
    return HTMLResponse(text, status, headers)
