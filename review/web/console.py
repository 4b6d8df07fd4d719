"""The reviewers' console, a part of the web app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI, Request
from sqlalchemy.orm import Session

from brand_registry.access import Deed, Viewer
from brand_registry.people import Role
from brand_registry.web.rendering import Link, Notice, Part
from review.queue.staffing import staffing
from review.web import (
    appeal_pages,
    audit_pages,
    case_pages,
    decision_pages,
    exception_pages,
    group_pages,
    lead_pages,
    notice_pages,
    outgoing_pages,
    pack_pages,
    queue_pages,
    retention_pages,
    takedown_pages,
    team_pages,
    training_pages,
)
from review.web.pictures import Drawing, PicturesOf

_HERE = Path(__file__).parent


def console_part(pictures_of: PicturesOf) -> Part:
    """The console; `pictures_of` tells which pictures a listing shows."""
    drawing = Drawing()

    async def bring(request: Request) -> None:
        request.state.pictures_of, request.state.drawing = pictures_of, drawing

    @asynccontextmanager
    async def closing(_: FastAPI) -> AsyncIterator[None]:
        yield
        drawing.close()

    router = APIRouter(dependencies=[Depends(bring)], lifespan=closing)
    every = (
        queue_pages, case_pages, group_pages, decision_pages, appeal_pages, notice_pages, outgoing_pages,
        pack_pages, exception_pages, training_pages, team_pages, lead_pages, retention_pages,
        audit_pages, takedown_pages,
    )  # fmt: skip
    for pages in every:
        router.include_router(pages.router)
    router.include_router(outgoing_pages.api)
    links = (
        Link("Queue", "/queue", Deed.REVIEW),
        Link("Appeals", "/appeals", Deed.REVIEW),
        Link("Notifications", "/notifications"),
        Link("Audit", "/audit", Deed.REVIEW),
        Link("Training", "/training", Deed.REVIEW),
        Link("Exceptions", "/exceptions", Deed.REVIEW),
        Link("Teams", "/teams", Deed.LEAD),
        Link("Health", "/lead", Deed.LEAD),
        Link("Retention", "/retention", Deed.RETAIN),
    )
    return Part(router, _HERE / "templates", links, static=_HERE / "static", notices=(nobody_reviews,))


def nobody_reviews(session: Session, viewer: Viewer) -> Notice | None:
    """For those who can let somebody in."""
    if not viewer.may_give(Role.REVIEWER, None) or (said := staffing(session).said) is None:
        return None
    return Notice(said, "/people", "Invite a reviewer")
