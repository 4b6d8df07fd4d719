"""Training: decided cases to learn by, what one said of each, and what was decided."""

from fastapi import APIRouter, Response

from brand_registry.access import Deed
from brand_registry.web.rendering import page
from review.decisions.tables import Decision
from review.queue.claiming import refuse_unless_reviewer
from review.queue.tables import Queued
from review.training.exercising import answered, make_gold, no_gold, train
from review.training.scores import scores
from review.training.tables import Kind
from review.web.asking import ADesk

router = APIRouter(include_in_schema=False)


@router.get("/training")
def training(desk: ADesk) -> Response:
    refuse_unless_reviewer(desk.viewer)
    with desk.database.reading() as session:
        done = answered(session, desk.viewer, Kind.TRAINING)
        rows = [
            (one, session.get(Decision, one.decision_id or 0), session.get(Queued, one.case_id))
            for one in done
        ]
        everybody = scores(session) if desk.viewer.may_somewhere(Deed.LEAD) else ()
        return page(desk.request, "review/training.html", rows=rows, everybody=everybody, at=desk.at)


@router.post("/training/next")
def take_next(desk: ADesk) -> Response:
    with desk.writing() as session:
        exercise = train(session, desk.viewer, desk.at)
        there = f"/cases/{exercise.case_id}" if exercise else "/training"
    return desk.to(there)


@router.post("/cases/{number}/gold")
def gold(desk: ADesk, number: int) -> Response:
    with desk.writing() as session:
        make_gold(session, desk.viewer, number, desk.at)
    return desk.to(f"/cases/{number}")


@router.post("/cases/{number}/gold/end")
def end_gold(desk: ADesk, number: int) -> Response:
    with desk.writing() as session:
        no_gold(session, desk.viewer, number, desk.at)
    return desk.to(f"/cases/{number}")
