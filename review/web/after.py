"""What a page says of the decision before it, as long as that can be taken back."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from review.decisions.deciding import UNDO_WITHIN
from review.decisions.rules import RULES, Outcome
from review.decisions.tables import Decision
from review.web.asking import Desk


@dataclass(frozen=True, slots=True)
class After:
    """A decision of the viewer's own that is still fresh. `left` is in seconds."""

    decision: int
    case: int
    said: str
    closed: bool
    left: int
    dismissed: bool


def after_of(session: Session, desk: Desk, number: int | None) -> After | None:
    """What to say of a decision; nothing of another's, or where the time for it is over."""
    if number is None:
        return None
    names = (Decision.id, Decision.case_id, Decision.who, Decision.outcome, Decision.at, Decision.final)
    decision = session.execute(select(*names).where(Decision.id == number)).one_or_none()
    if decision is None or decision.who != desk.viewer.name or decision.outcome == Outcome.UNDONE:
        return None
    left = int((decision.at + UNDO_WITHIN - desk.at).total_seconds())
    if left <= 0:
        return None
    return After(
        decision.id,
        decision.case_id,
        RULES[Outcome(decision.outcome)].words,
        decision.final,
        left,
        decision.final and decision.outcome == Outcome.NOT_INFRINGING,
    )
