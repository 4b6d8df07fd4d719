"""The answer to a case that was decided for good as infringing or not."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from review.decisions.rules import Outcome
from review.decisions.tables import Decision

TELL = (Outcome.CONFIRMED, Outcome.NOT_INFRINGING)


def known() -> ColumnElement[bool]:
    """Whether a decision is such an answer, and was not taken back."""
    return and_(Decision.final.is_(True), Decision.outcome.in_(TELL), Decision.counts())


def answer_to(session: Session, case_id: int) -> Decision | None:
    answers = select(Decision).where(Decision.case_id == case_id, known())
    return session.scalar(answers.order_by(Decision.id.desc()).limit(1))
