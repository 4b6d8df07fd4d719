"""What leads look at: how the queue is, what lies aside, what is allowed since it was dismissed."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from brand_registry.access import Deed, refuse_unless
from brand_registry.web.rendering import page
from brand_registry.web.told import title_of
from review.health.figures import figures
from review.health.quarantine import all_aside, put_back
from review.labelling.choosing import choose
from review.queue.browsing import waiting
from review.recall.estimating import recall
from review.web.asking import ADesk

router = APIRouter(include_in_schema=False)


@router.get("/lead")
def health(desk: ADesk, days: Annotated[int, Query(ge=1, le=365)] = 30) -> Response:
    refuse_unless(desk.viewer, Deed.LEAD)
    with desk.database.reading() as session:
        return page(
            desk.request, "review/lead.html", figures=figures(session, desk.at, days), days=days, at=desk.at,
            stages=waiting(session), aside=all_aside(session), title_of=title_of,
            recall=recall(session, desk.at, days),
        )  # fmt: skip


@router.post("/lead/aside/{number}/back")
def back(desk: ADesk, number: int) -> Response:
    with desk.writing() as session:
        put_back(session, desk.viewer, number, desk.at)
    return desk.to("/lead")


@router.get("/lead/labels")
def labels(desk: ADesk) -> Response:
    with desk.database.reading() as session:
        return page(desk.request, "review/labels.html", chosen=choose(session, desk.viewer))
