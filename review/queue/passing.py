"""Cases are passed on without a decision: left to others, or sent back by a lead."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from brand_registry.access import Viewer
from review.audit.log import log
from review.decisions.tables import Decision
from review.errors import AgainstTheRules
from review.health.quarantine import aside, lies_aside
from review.queue.claiming import held_place
from review.queue.tables import Queued, Skip, Stage
from review.tables import Case

SKIPS = 3
"""So many people may leave a case to others; then a lead looks at it."""
LONGEST_NOTE = 2_000


def skip(session: Session, viewer: Viewer, case_id: int, at: datetime) -> None:
    """Leaves a case to others. Raises `NotThere`, `TooLate`."""
    queued = held_place(session, viewer, case_id, at)
    if session.get(Skip, (case_id, viewer.name)) is None:
        session.add(Skip(case_id=case_id, who=viewer.name, at=at))
        session.flush()
    skips = session.scalar(select(func.count()).where(Skip.case_id == case_id)) or 0
    let_go(queued)
    if skips >= SKIPS and queued.stage != Stage.LEAD:
        queued.stage, queued.note = Stage.LEAD, f"{skips} people left it to others"
    _where_it_belongs(session, queued)
    log(session, at, viewer.name, "skipped", case_id, stage=queued.stage)


def send_back(session: Session, viewer: Viewer, case_id: int, note: str, at: datetime) -> None:
    """A lead gives a case back to reviewers, and says what to look at.

    Raises `NotThere`, `TooLate`, `AgainstTheRules`.
    """
    queued = held_place(session, viewer, case_id, at)
    if queued.stage != Stage.LEAD:
        raise AgainstTheRules("only a case that lies with the leads can be sent back; leave this one instead")
    if not note.strip():
        raise AgainstTheRules("say in the note what the reviewers are to look at")
    decided = select(Decision.id).where(Decision.case_id == case_id, Decision.counts()).limit(1)
    if session.scalar(decided) is not None:
        raise AgainstTheRules("two reviewers have decided this case differently; decide between them")
    session.execute(delete(Skip).where(Skip.case_id == case_id))
    # Else it would be the next case of whoever sends it to others.
    session.add(Skip(case_id=case_id, who=viewer.name, at=at))
    let_go(queued)
    queued.stage, queued.note = Stage.FIRST, note.strip()[:LONGEST_NOTE]
    _where_it_belongs(session, queued)
    # The log keeps what it is told for good: of words that somebody wrote, their hash.
    sha256 = hashlib.sha256(queued.note.encode("utf-8", "surrogatepass")).hexdigest()
    log(session, at, viewer.name, "sent back", case_id, note_sha256=sha256)


def _where_it_belongs(session: Session, queued: Queued) -> None:
    """What raised a case may have been put aside, or back, while somebody had it."""
    if queued.stage in {Stage.FIRST, Stage.ASIDE}:
        case, there = session.get_one(Case, queued.case_id), aside(session, [queued.brand])
        queued.stage = Stage.ASIDE if lies_aside(there, case) else Stage.FIRST


def let_go(queued: Queued) -> None:
    """Nobody has the case any more."""
    queued.holder = queued.until = queued.claimed = None
