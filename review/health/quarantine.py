"""A mark or a reason that floods the queue with what does not hold is put aside by itself.

| | setting | |
| --- | --- | --- |
| looked at | `DETECTOR_QUARANTINE_AMONG` | the latest 50 decided cases that a mark or reason raised |
| from | `DETECTOR_QUARANTINE_AFTER` | 20 of them on |
| put aside | `DETECTOR_QUARANTINE_BELOW` | where less than 20% held |
| then | | cases that nothing else raised wait apart, until more is found |
| told | | to leads, and to the owner in the portal |
| put back | | by a lead; then it is counted anew |
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from brand_registry.access import Deed, NotThere, Viewer, refuse_unless
from review.audit.log import log
from review.decisions.known import TELL
from review.decisions.rules import Outcome
from review.decisions.tables import Decision
from review.health.tables import Aside, Came, Of
from review.queue.tables import Queued, Stage
from review.tables import Case, CaseEvidence
from storage.settings import settings

_LONGEST = 200
Raised = tuple[Of, str]


def count(session: Session, case: Case, decision: Decision) -> None:
    """Keeps what came of a case for all that raised it; nothing where nobody could tell."""
    if decision.outcome not in TELL:
        return
    raised = [(Of.BRAND, ""), *sorted({one for item in case.evidence for one in _raised_by(item)})]
    held, at = decision.outcome == Outcome.CONFIRMED, decision.at
    for of, value in raised:
        session.add(
            Came(decision_id=decision.id, of=of, value=value, brand=case.brand, confirmed=held, at=at)
        )


def forget(session: Session, decision: Decision) -> None:
    """As it was taken back, or did not stand."""
    session.execute(delete(Came).where(Came.decision_id == decision.id))


def put_aside(session: Session, case: Case, decision: Decision, at: datetime) -> list[Aside]:
    """Puts aside what has held too seldom of late, of all that a decision was counted for. Returns that."""
    session.flush()
    asked = {"decision": decision.id, "most": settings().quarantine_among}
    new = [
        Aside(
            brand=case.brand, brand_id=case.brand_id, of=of, value=value, since=at,
            decided=decided, confirmed=confirmed,
        )
        for of, value, decided, confirmed in session.execute(_lately(), asked)
        if decided >= settings().quarantine_after and confirmed < settings().quarantine_below * decided
    ]  # fmt: skip
    if new:
        session.add_all(new)
        session.flush()
        _move(session, case.brand, at)
    return new


def put_back(session: Session, viewer: Viewer, number: int, at: datetime) -> Aside:
    """A lead has it looked at again. Raises `NotAllowed`, `NotThere`."""
    refuse_unless(viewer, Deed.LEAD)
    one = session.get(Aside, number)
    if one is None or one.ended is not None:
        raise NotThere("this is not put aside, or no longer")
    one.ended, one.ended_by = at, viewer.name
    one.after = session.scalar(select(func.max(Came.decision_id))) or 0
    session.flush()
    _move(session, one.brand, at)
    log(session, at, viewer.name, "put back", brand=one.brand, of=one.of, value=one.value)
    return one


def aside(session: Session, brands: Collection[str]) -> Mapping[str, set[Raised]]:
    """What of these brands' lies aside now; brands of which nothing does are left out."""
    rows = session.execute(
        select(Aside.brand, Aside.of, Aside.value).where(Aside.brand.in_(brands), Aside.ended.is_(None))
    )
    there: dict[str, set[Raised]] = {}
    for brand, of, value in rows:
        there.setdefault(brand, set()).add((Of(of), value))
    return there


def all_aside(session: Session, brand_id: int | None = None) -> Sequence[Aside]:
    """What lies aside, of one brand or of all, the latest first."""
    wanted = select(Aside).where(Aside.ended.is_(None)).order_by(Aside.id.desc()).limit(200)
    return session.scalars(wanted if brand_id is None else wanted.where(Aside.brand_id == brand_id)).all()


def lies_aside(there: Mapping[str, set[Raised]], case: Case) -> bool:
    """Whether all that raised a case is among what lies aside."""
    own = there.get(case.brand)
    return own is not None and all(own.intersection(_raised_by(item)) for item in case.evidence)


def _raised_by(item: CaseEvidence) -> list[Raised]:
    mark = item.what.get("mark")
    return [(Of.REASON, item.kind), *([(Of.MARK, str(mark)[:_LONGEST])] if mark else [])]


@cache
def _lately() -> Select[str, str, int, int]:
    """Of each mark and reason that a `decision` was counted for, unless it lies aside: of the latest decided
    cases that it raised, `most` at most, how many, and how many held.
    """
    # Asked with every decision: one question, and put into words once.
    this = aliased(Came)

    def same(table: type[Aside | Came]) -> Sequence[ColumnElement[bool]]:
        return [getattr(table, name) == getattr(this, name) for name in ("brand", "of", "value")]

    before = select(func.coalesce(func.max(Aside.after), 0)).where(*same(Aside)).correlate(this)
    latest = (
        select(Came.confirmed)
        .where(*same(Came), Came.decision_id > before.scalar_subquery())
        .order_by(Came.decision_id.desc())
        .limit(bindparam("most"))
        .correlate(this)
        .subquery()
    )
    decided, confirmed = (
        select(counted).select_from(latest).correlate(this).scalar_subquery()
        for counted in (func.count(), func.count().filter(latest.c.confirmed))
    )
    lies_there = exists().where(*same(Aside), Aside.ended.is_(None))
    return (
        select(this.of, this.value, decided, confirmed)
        .where(this.decision_id == bindparam("decision"), this.of != Of.BRAND, ~lies_there)
        .order_by(this.of, this.value)
    )


def _move(session: Session, brand: str, at: datetime) -> None:
    """Has the cases of a brand wait where they belong; nobody's is taken from them."""
    there = aside(session, [brand]).get(brand, set())
    speaks = exists().where(CaseEvidence.case_id == Queued.case_id, ~_covered(there)).correlate(Queued)
    nobodys = or_(Queued.until.is_(None), Queued.until <= at)
    for of, to, fits in ((Stage.FIRST, Stage.ASIDE, ~speaks), (Stage.ASIDE, Stage.FIRST, speaks)):
        session.execute(
            update(Queued)
            .where(Queued.brand == brand, Queued.stage == of, nobodys, fits)
            .values(stage=to, holder=None, until=None, claimed=None)
            .execution_options(synchronize_session=False)
        )


def _covered(there: Collection[Raised]) -> ColumnElement[bool]:
    reasons = sorted(value for of, value in there if of is Of.REASON)
    marks = sorted(value for of, value in there if of is Of.MARK)
    mark = func.coalesce(CaseEvidence.what["mark"].as_string(), "")
    return or_(CaseEvidence.kind.in_(reasons), and_(mark != "", mark.in_(marks)))
