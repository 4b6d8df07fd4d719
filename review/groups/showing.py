"""A group as its page shows it: the cases that wait, those that were decided, and why each belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from brand_registry.access import Viewer
from review.decisions.tables import Decision
from review.groups.graph import Edge, Graph, graph_of
from review.queue.claiming import free, may_have, may_take
from review.queue.tables import Queued, Stage
from review.tables import Case


@dataclass(frozen=True, slots=True)
class Member:
    """A case of a group. `held` says whether somebody else has it, `mine` whether the viewer may decide it
    now; `outcome` is what was decided of it.
    """

    place: Queued
    lock: int
    risk: float
    reasons: Sequence[str]
    why: Sequence[Edge]
    held: bool
    mine: bool
    outcome: str | None
    decided: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """`waiting` in the order in which they were found, `decided` the latest first."""

    graph: Graph
    waiting: Sequence[Member]
    decided: Sequence[Member]


def group_of(session: Session, viewer: Viewer, case_id: int, at: datetime) -> Group:
    """The group of a case that the viewer may see."""
    graph = graph_of(session, case_id)
    rows = session.execute(
        select(Queued, Case.lock, Case.risk, Case.reasons)
        .join(Case, Case.id == Queued.case_id)
        .where(Queued.case_id.in_(graph.cases))
    ).all()
    by_case = {row.Queued.case_id: row for row in rows}
    able = _able(session, viewer, graph.cases, at)
    final = _final(session, graph.cases)
    members = []
    for number in filter(by_case.__contains__, graph.cases):
        place, lock, risk, reasons = by_case[number]
        decision = final.get(number) if place.stage == Stage.DONE else None
        held = place.holder not in {None, viewer.name} and place.until is not None and place.until > at
        members.append(
            Member(
                place, lock, risk, reasons, graph.why(number), held, number in able,
                decision.outcome if decision else None, decision.at if decision else None,
            )
        )  # fmt: skip
    waiting = [one for one in members if one.place.stage != Stage.DONE]
    decided = [one for one in members if one.place.stage == Stage.DONE]
    decided.sort(key=lambda one: (-(one.decided.timestamp() if one.decided else 0), one.place.case_id))
    return Group(graph, waiting, decided)


def _able(session: Session, viewer: Viewer, cases: Sequence[int], at: datetime) -> set[int]:
    of_stages = [and_(Queued.stage == stage, may_have(viewer, stage)) for stage in may_take(viewer)]
    free_or_own = or_(free(at), Queued.holder == viewer.name)
    wanted = select(Queued.case_id).where(Queued.case_id.in_(cases), or_(*of_stages), free_or_own)
    return set(session.scalars(wanted))


def _final(session: Session, cases: Sequence[int]) -> Mapping[int, Decision]:
    rows = session.scalars(
        select(Decision).where(Decision.case_id.in_(cases), Decision.stands()).order_by(Decision.id)
    )
    return {one.case_id: one for one in rows}
