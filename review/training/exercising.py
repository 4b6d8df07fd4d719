"""Decided cases given to people as if they were open: gold ones among their work, others to learn by."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, exists, literal, select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, NotThere, Viewer, refuse_unless
from review.audit.log import log
from review.decisions.deciding import ruling_of
from review.decisions.known import answer_to, known
from review.decisions.rules import Ruling, check
from review.decisions.tables import Decision
from review.errors import AgainstTheRules
from review.queue.claiming import may_have, refuse_unless_reviewer
from review.queue.tables import Queued, Stage
from review.tables import Case, ListingVersion
from review.training.tables import Exercise, Gold, Kind

_CHANCE = secrets.SystemRandom()
_AMONG = 200
"""The latest cases that one is picked from."""


def make_gold(session: Session, viewer: Viewer, case_id: int, at: datetime) -> None:
    """Has a decided case mixed in from now on. Raises `NotAllowed`, `NotThere`, `AgainstTheRules`."""
    refuse_unless(viewer, Deed.LEAD)
    if not session.scalar(select(_told_still(literal(case_id)))) or answer_to(session, case_id) is None:
        raise AgainstTheRules(
            "only a case that was decided as infringing or not, and not erased, has an answer that is known"
        )
    if session.get(Gold, case_id) is None:
        session.add(Gold(case_id=case_id, who=viewer.name, at=at))
        log(session, at, viewer.name, "made gold", case_id)


def no_gold(session: Session, viewer: Viewer, case_id: int, at: datetime) -> None:
    """The case is given to nobody any more; what was answered is kept. Raises `NotAllowed`."""
    refuse_unless(viewer, Deed.LEAD)
    gold = session.get(Gold, case_id)
    if gold is not None:
        session.delete(gold)
        log(session, at, viewer.name, "no longer gold", case_id)


def given(session: Session, viewer: Viewer, kind: Kind | None = None) -> Exercise | None:
    """What the viewer was given and has not answered yet."""
    mine = select(Exercise).where(Exercise.who == viewer.name, Exercise.answered.is_(None))
    if kind is not None:
        mine = mine.where(Exercise.kind == kind)
    return session.scalar(mine.order_by(Exercise.id).limit(1))


def given_of(session: Session, viewer: Viewer, case_id: int) -> Exercise | None:
    """The same of one case."""
    return session.scalar(
        select(Exercise).where(
            Exercise.case_id == case_id, Exercise.who == viewer.name, Exercise.answered.is_(None)
        )
    )


def mix_in(
    session: Session, viewer: Viewer, at: datetime, *,
    share: float, chance: Callable[[], float] = _CHANCE.random,
) -> Exercise | None:  # fmt: skip
    """A gold case that the viewer has still to answer, or by chance a new one: `share` is how many of their
    cases are. None where it is a real one's turn.
    """
    refuse_unless_reviewer(viewer)
    if (waiting := given(session, viewer, Kind.GOLD)) is not None:
        return waiting
    if chance() >= share:
        return None
    wanted = select(Gold.case_id).where(exists().where(Decision.case_id == Gold.case_id, known()))
    return _give(session, viewer, wanted.order_by(Gold.case_id.desc()), Kind.GOLD, at)


def train(session: Session, viewer: Viewer, at: datetime) -> Exercise | None:
    """A decided case to learn by, one that is not answered first; None where there is none left.

    Gold ones are left out: who has learned an answer is not measured by it.
    """
    refuse_unless_reviewer(viewer)
    if (waiting := given(session, viewer, Kind.TRAINING)) is not None:
        return waiting
    wanted = select(Decision.case_id).where(known(), ~exists().where(Gold.case_id == Decision.case_id))
    return _give(session, viewer, wanted.order_by(Decision.id.desc()), Kind.TRAINING, at)


def answer(session: Session, viewer: Viewer, exercise: Exercise, ruling: Ruling, at: datetime) -> Exercise:
    """Keeps what the viewer says, and whether it was decided so. Raises `NotThere`, `AgainstTheRules`."""
    if exercise.who != viewer.name or exercise.answered is not None:
        raise NotThere("this was answered already")
    case = session.get_one(Case, exercise.case_id)
    check(ruling, case.reasons)
    decided = answer_to(session, case.id)
    exercise.answered, exercise.outcome = at, ruling.outcome
    exercise.policy, exercise.reason, exercise.code = ruling.policy, ruling.reason, ruling.code
    exercise.note = ruling.note.strip()
    if decided is not None:
        exercise.decision_id, exercise.agrees = decided.id, ruling.agrees(ruling_of(decided))
    log(session, at, viewer.name, "practised", case.id, kind=exercise.kind, agrees=exercise.agrees)
    return exercise


def answered(session: Session, viewer: Viewer, kind: Kind, most: int = 50) -> Sequence[Exercise]:
    """The viewer's own, the latest first."""
    return session.scalars(
        select(Exercise)
        .where(Exercise.who == viewer.name, Exercise.kind == kind, Exercise.answered.is_not(None))
        .order_by(Exercise.answered.desc(), Exercise.id.desc())
        .limit(most)
    ).all()


def _told_still(case_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether the listing of a case says something still. Asked of each by itself: a list of all that do is
    as long as the database.
    """
    kept = (Case.version_id == ListingVersion.id, ListingVersion.erased.is_(None))
    return exists().where(Case.id == case_id, *kept).correlate(Queued)


def _give(session: Session, viewer: Viewer, wanted: Select[int], kind: Kind, at: datetime) -> Exercise | None:
    """One that is wanted, by chance; never one of the viewer's own brand, or that they decided."""
    of_mine = exists().where(Exercise.case_id == Queued.case_id, Exercise.who == viewer.name)
    # One that is wanted after the other: a database that began with all that are decided would take as long
    # as there are.
    fits = exists().where(
        Queued.case_id == wanted.selected_columns[0],
        Queued.stage == Stage.DONE,
        may_have(viewer, Stage.DONE),
        ~of_mine,
        _told_still(Queued.case_id),
    )
    latest = session.scalars(wanted.where(fits).limit(_AMONG)).all()
    if not latest:
        return None
    exercise = Exercise(case_id=_CHANCE.choice(latest), who=viewer.name, kind=kind, given=at)
    session.add(exercise)
    log(session, at, viewer.name, "was given", exercise.case_id, kind=kind)
    return exercise
