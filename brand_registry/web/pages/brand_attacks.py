"""'Attacks': where a brand's protection ends, by attacks on it that a worker makes."""

from datetime import UTC, datetime

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from brand_registry.access import NotThere
from brand_registry.attacking import AttackRun, TooManyAttacks, ask, latest, refusal
from brand_registry.web.asking_brand import AVisit, Shown, Visit
from brand_registry.web.curves import curves_of
from brand_registry.web.rendering import Part, page

router = APIRouter(include_in_schema=False)
PART = Part(router)


@router.get("/brands/{owner}/{key}/attacks")
def newest(visit: AVisit) -> Response:
    with visit.database.reading() as session:
        brand = visit.shown(session)
        return _page(visit, session, brand, next(iter(latest(session, brand.row.id, 1)), None))


@router.post("/brands/{owner}/{key}/attacks")
def begin(visit: AVisit) -> Response:
    """A worker does it."""
    visit.refuse_unless_may_change()
    try:
        with visit.writing() as session:
            ask(session, visit.shown(session).row, visit.viewer.name, datetime.now(UTC))
    except TooManyAttacks as refused:
        with visit.database.reading() as session:
            brand = visit.shown(session)
            run = next(iter(latest(session, brand.row.id, 1)), None)
            return _page(visit, session, brand, run, str(refused))
    return visit.to("/attacks")


@router.get("/brands/{owner}/{key}/attacks/{number}")
def one_run(visit: AVisit, number: int) -> Response:
    with visit.database.reading() as session:
        brand = visit.shown(session)
        run = session.get(AttackRun, number)
        if run is None or run.brand_id != brand.row.id:
            raise NotThere("there is no such attack")
        return _page(visit, session, brand, run)


def _page(
    visit: Visit, session: Session, brand: Shown, run: AttackRun | None, refused: str | None = None
) -> Response:
    return page(
        visit.request, "brand/attacks.html", 429 if refused else 200, brand=brand, run=run, refused=refused,
        hindered=refusal(session, brand.row, datetime.now(UTC)), runs=latest(session, brand.row.id),
        told=curves_of(run.result) if run is not None and run.result else None,
    )  # fmt: skip
