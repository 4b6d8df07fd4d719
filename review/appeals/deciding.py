"""An objection is decided: by a person, and by another one than decided before."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from brand_registry.access import NotAllowed, NotThere, Viewer
from brand_registry.people import OF_ONE_OWNER
from review.appeals.tables import Appeal, AppealState
from review.audit.log import log
from review.decisions.deciding import locked_case, log_decision, seen_of
from review.decisions.rules import LONGEST_NOTE, Code, Outcome, Ruling, check
from review.decisions.tables import ON_APPEAL, Announcement, Decision
from review.errors import AgainstTheRules, TooLate
from review.health.quarantine import count, forget
from review.queue.claiming import refuse_unless_reviewer
from review.queue.tables import Queued

_SHOWN = 100


def open_appeals(session: Session, viewer: Viewer) -> Sequence[tuple[Appeal, Queued, bool]]:
    """Those that wait, the oldest first, each with its case's place and whether the viewer may decide it."""
    refuse_unless_reviewer(viewer)
    rows = session.execute(
        select(Appeal, Queued)
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(Queued, Queued.case_id == Decision.case_id)
        .where(Appeal.state == AppealState.OPEN)
        .options(selectinload(Appeal.decision))
        .order_by(Appeal.filed, Appeal.id)
        .limit(_SHOWN)
    ).all()
    return [(appeal, place, _why_not(session, viewer, place) is None) for appeal, place in rows]


def appeal_of(session: Session, viewer: Viewer, number: int) -> tuple[Appeal, Queued, str | None]:
    """An objection, its case's place, and why the viewer may not decide it.

    Raises `NotThere`, `NotAllowed`.
    """
    refuse_unless_reviewer(viewer)
    appeal = session.get(Appeal, number)
    if appeal is None:
        raise NotThere(f"there is no appeal {number}")
    place = session.get_one(Queued, appeal.decision.case_id)
    return appeal, place, _why_not(session, viewer, place)


def decide_appeal(
    session: Session,
    viewer: Viewer,
    number: int,
    *,
    overturn: bool,
    code: Code | None,
    note: str,
    at: datetime,
) -> Appeal:
    """Lets a decision stand, or overturns it for the reason of `code`; the seller reads the `note`.

    Raises `NotThere`, `NotAllowed`, `AgainstTheRules`, and `TooLate` where it has been decided.
    """
    found, _, _ = appeal_of(session, viewer, number)
    case = locked_case(session, found.decision.case_id)
    appeal = session.scalars(
        select(Appeal).where(Appeal.id == number).with_for_update().execution_options(populate_existing=True)
    ).one()
    if appeal.state != AppealState.OPEN:
        raise TooLate(f"this appeal was decided before you, by {appeal.who}; nothing of yours was kept")
    if why := _why_not(session, viewer, session.get_one(Queued, case.id)):
        raise NotAllowed(why)
    said = note.strip()
    if not 0 < len(said) <= LONGEST_NOTE:
        raise AgainstTheRules(
            f"say in the note, which the seller reads, why; at most {LONGEST_NOTE:,} characters"
        )
    appeal.who, appeal.at, appeal.note = viewer.name, at, said
    if not overturn:
        appeal.state = AppealState.UPHELD
        sha256 = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
        log(session, at, viewer.name, "upheld", case.id, appeal=number, note_sha256=sha256)
        return appeal
    check(Ruling(Outcome.NOT_INFRINGING, code=code, note=said), case.reasons)
    decision = Decision(
        case_id=case.id, stage=ON_APPEAL, outcome=Outcome.NOT_INFRINGING, code=code, note=said,
        who=viewer.name, at=at, final=True, token=secrets.token_hex(16), seen=seen_of(case),
    )  # fmt: skip
    session.add(decision)
    session.flush()
    session.add(Announcement(decision_id=decision.id, due=at))
    appeal.state, appeal.outcome_id = AppealState.OVERTURNED, decision.id
    forget(session, found.decision)
    count(session, case, decision)
    log_decision(session, decision)
    return appeal


def _why_not(session: Session, viewer: Viewer, place: Queued) -> str | None:
    """Who decided a case before must not judge of it again, nor whoever speaks for its brand."""
    decided = select(Decision.id).where(
        Decision.case_id == place.case_id, Decision.who == viewer.name, Decision.counts()
    )
    if session.scalar(decided.limit(1)) is not None:
        return "you decided this case before; somebody else decides the appeal"
    if any(role in OF_ONE_OWNER and owner == place.owner_id for role, owner in viewer.held):
        return "the case is about a brand that you hold a role for; somebody else decides the appeal"
    return None
