"""Cases are given out: each to one person at a time, for as long as they show that they are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, NotAllowed, NotThere, Viewer, refuse_unless
from brand_registry.people import OF_ONE_OWNER
from review.audit.log import log
from review.decisions.tables import Decision
from review.errors import TooLate
from review.queue.tables import Queued, Skip, Stage
from review.queue.teams import teams_of

LEASE = timedelta(minutes=5)
"""A case goes back to the others when nothing was heard of its holder for so long."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to work on; what is None is all the same to them."""

    brand: str | None = None
    harm: str | None = None
    source: str | None = None
    script: str | None = None
    stage: Stage | None = None
    language: str | None = None
    team: str | None = None
    incomplete: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Of rows of the queue that fit, but for the stage."""
        names = ("brand", "harm", "source", "script", "language", "team", "incomplete")
        wanted = ((name, getattr(self, name)) for name in names)
        return [getattr(Queued, name) == value for name, value in wanted if value is not None]


ANYTHING = Wish()


def refuse_unless_reviewer(viewer: Viewer) -> None:
    """Raises `NotAllowed`."""
    refuse_unless(viewer, Deed.REVIEW)


def claim_next(session: Session, viewer: Viewer, at: datetime, wish: Wish = ANYTHING) -> int | None:
    """The case that the viewer has already, or the first in the queue that they may have; None if there is
    none.
    """
    refuse_unless_reviewer(viewer)
    held = holds(session, viewer, at)
    return held if held is not None else claim_another(session, viewer, at, wish)


def claim_another(session: Session, viewer: Viewer, at: datetime, wish: Wish = ANYTHING) -> int | None:
    """The first in the queue that the viewer may have, whatever they have already; None if there is none."""
    refuse_unless_reviewer(viewer)
    teams = teams_of(session, viewer)
    for stage in stages_of(viewer, wish):
        if queued := _first(session, viewer, stage, wish=wish, teams=teams, at=at):
            _give(session, viewer, queued, at)
            return queued.case_id
    return None


def next_ahead(session: Session, viewer: Viewer, at: datetime, wish: Wish = ANYTHING) -> Queued | None:
    """What `claim_next` would give to the viewer if they had nothing; it stays free."""
    refuse_unless_reviewer(viewer)
    teams = teams_of(session, viewer)
    firsts = (
        _first(session, viewer, stage, wish=wish, teams=teams, at=at, lock=False)
        for stage in stages_of(viewer, wish)
    )
    return next(filter(None, firsts), None)


def _first(
    session: Session, viewer: Viewer, stage: Stage, *,
    wish: Wish, teams: Sequence[str] | None, at: datetime, lock: bool = True,
) -> Queued | None:  # fmt: skip
    """The first that waits. Of each team the first is found in its index, however many wait for others."""
    first = (
        select(Queued)
        .where(Queued.stage == stage, *wish.conditions(), free(at), may_have(viewer, stage))
        .where(~exists().where(Skip.case_id == Queued.case_id, Skip.who == viewer.name))
        .order_by(Queued.rank.desc(), Queued.case_id.desc())
        .limit(1)
    )
    if lock:
        # Nobody waits for a row that another is about to get: they take the next one.
        first = first.with_for_update(of=Queued, skip_locked=True)
    if teams is None:
        return session.scalar(first)
    firsts = filter(None, (session.scalar(first.where(Queued.team == team)) for team in teams))
    return max(firsts, key=lambda queued: (queued.rank, queued.case_id), default=None)


def holds(session: Session, viewer: Viewer, at: datetime) -> int | None:
    """The case that the viewer has, of several the one that they have longest."""
    return session.scalar(
        select(Queued.case_id)
        .where(Queued.holder == viewer.name, Queued.until > at, Queued.stage != Stage.DONE)
        .order_by(Queued.claimed, Queued.case_id)
        .limit(1)
    )


def claim(session: Session, viewer: Viewer, case_id: int, at: datetime) -> None:
    """One case that the viewer chose. Raises `NotThere`, `TooLate`, `NotAllowed`."""
    refuse_unless_reviewer(viewer)
    queued = place_of(session, case_id)
    if queued.stage == Stage.DONE:
        raise TooLate("this case has been decided; take the next one")
    fits = select(Queued.case_id).where(Queued.case_id == case_id, may_have(viewer, Stage(queued.stage)))
    if queued.stage not in may_take(viewer) or session.scalar(fits) is None:
        raise NotAllowed("this case is for somebody else to decide; take the next one")
    if queued.holder == viewer.name and queued.until is not None and queued.until > at:
        return
    mine = teams_of(session, viewer)
    if mine is not None and queued.team not in mine:
        raise NotAllowed(f"this case goes to the team {queued.team!r}; take the next one")
    refuse_if_held(queued, viewer, at)
    _give(session, viewer, queued, at)


def heartbeat(session: Session, viewer: Viewer, case_id: int, at: datetime) -> datetime:
    """Until when the viewer has the case now. Raises `NotThere`, `TooLate`, `NotAllowed`."""
    refuse_unless_reviewer(viewer)
    queued = place_of(session, case_id)
    if queued.stage == Stage.DONE:
        raise TooLate("this case has been decided")
    if queued.holder != viewer.name:
        refuse_if_held(queued, viewer, at)
        raise TooLate("you no longer have this case; take it again if you want to go on with it")
    queued.until = at + LEASE
    return queued.until


def place_of(session: Session, case_id: int) -> Queued:
    """A case's row of the queue, locked, as it is now. Raises `NotThere`."""
    queued = session.scalar(
        select(Queued)
        .where(Queued.case_id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if queued is None:
        raise NotThere(f"there is no case {case_id}")
    return queued


def held_place(session: Session, viewer: Viewer, case_id: int, at: datetime) -> Queued:
    """The same of a case that the viewer has, or had and nobody took since.

    Raises `NotThere`, `TooLate`, `NotAllowed`.
    """
    refuse_unless_reviewer(viewer)
    queued = place_of(session, case_id)
    if queued.stage == Stage.DONE:
        raise TooLate("this case has been decided; nothing of yours was kept")
    refuse_if_held(queued, viewer, at)
    if queued.holder != viewer.name:
        raise TooLate("you no longer have this case; nothing of yours was kept, take it again to go on")
    return queued


def refuse_if_held(queued: Queued, viewer: Viewer, at: datetime) -> None:
    """Raises `TooLate` where somebody else has the case."""
    if queued.holder not in {None, viewer.name} and queued.until is not None and queued.until > at:
        raise TooLate("somebody else has this case now; nothing of yours was kept")


def free(at: datetime) -> ColumnElement[bool]:
    """Whether nobody has a case."""
    return or_(Queued.until.is_(None), Queued.until <= at)


def may_have(viewer: Viewer, stage: Stage) -> ColumnElement[bool]:
    """Whether a viewer may decide a case: nobody decides one twice, or one of their own brand."""
    own = [owner for role, owner in viewer.held if role in OF_ONE_OWNER]
    rules = [or_(Queued.owner_id.is_(None), Queued.owner_id.not_in(own))] if own else []
    if stage is not Stage.FIRST:
        rules.append(not_(_decided_by(viewer.name)))
    return and_(True, *rules)


def _decided_by(who: str) -> ColumnElement[bool]:
    decided = exists().where(Decision.case_id == Queued.case_id, Decision.who == who, Decision.counts())
    return decided.correlate(Queued)


def stages_of(viewer: Viewer, wish: Wish = ANYTHING) -> Sequence[Stage]:
    """Where the cases stand that a viewer may be given."""
    mine = [Stage.SECOND, Stage.FIRST]
    if viewer.may_somewhere(Deed.LEAD):
        mine.insert(0, Stage.LEAD)
        if wish.stage is Stage.ASIDE:  # they are looked at by who asks for them alone
            mine.append(Stage.ASIDE)
    return [stage for stage in mine if wish.stage in {None, stage}]


def may_take(viewer: Viewer) -> Sequence[Stage]:
    """Where the cases stand that a viewer may take, chosen one by one."""
    return [*stages_of(viewer), *stages_of(viewer, Wish(stage=Stage.ASIDE))]


def _give(session: Session, viewer: Viewer, queued: Queued, at: datetime) -> None:
    queued.holder, queued.claimed, queued.until = viewer.name, at, at + LEASE
    log(session, at, viewer.name, "took", queued.case_id, stage=queued.stage, until=queued.until.isoformat())
