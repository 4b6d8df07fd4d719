"""What was answered is kept, and what may still be asked today is counted, in the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from detector.middle.band import Said
from detector.middle.question import PROMPT, Question
from detector.result import Answer
from workers.middle.tables import AskedOpinion

if TYPE_CHECKING:
    from workers.middle.model import Heard

_LEASE = timedelta(minutes=2)
"""After which a question that nobody answered is anybody's again: more than two calls may take."""
_AGAIN = timedelta(hours=20)
"""After which a question that failed may be asked anew: the next day's budget."""
_KEPT = timedelta(days=180)
_MOST_REASONS = 5
_COUNTING = 7_310_427
"""The advisory lock of those who count what is left of a day, on PostgreSQL; SQLite has one writer."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Of a day in UTC."""

    calls: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Spent:
    """On a day so far; `unanswered` counts questions by why nothing was answered, the most frequent."""

    calls: int
    tokens: int
    unanswered: Mapping[str, int]


def kept(session: Session, keys: Collection[str], at: datetime) -> Mapping[str, Said | str]:
    """What is known of these questions: answers, and clauses that say why there is none and none is to be
    sought now.
    """
    rows = session.scalars(select(AskedOpinion).where(AskedOpinion.key.in_(keys)))
    found: dict[str, Said | str] = {}
    for row in rows:
        if row.answer is not None:
            found[row.key] = Said(
                Answer(row.answer["answer"]), row.answer["sureness"], row.answer["why"], row.model, row.prompt
            )
        elif row.why is not None and at - row.at < _AGAIN:
            found[row.key] = row.why
    return found


def begin(
    session: Session, question: Question, model: str, *, costs: int, budget: Budget, at: datetime
) -> bool:
    """Sets aside what a question may cost; False where somebody else is asking it. Where nothing is left of
    the day it is settled with that.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_COUNTING)))
    key = question.key(model)
    row = session.get(AskedOpinion, key, with_for_update=True)
    if row is None:
        row = AskedOpinion(key=key, brand=question.brand, model=model, prompt=PROMPT, at=at)
        session.add(row)
    elif row.calls and row.answer is None and row.why is None and at - row.at < _LEASE:
        return False
    with session.no_autoflush:
        calls, tokens = session.execute(_spent(at).where(AskedOpinion.key != key)).one()
    row.at, row.answer = at, None
    # Of a question that is asked a second time on the same day what the first cost is forgotten.
    if calls + 2 > budget.calls or tokens + costs > budget.tokens:
        left = "calls" if calls + 2 > budget.calls else "tokens"
        row.why, row.question, row.calls, row.tokens = f"the day's {left} are spent", None, 0, 0
    else:
        row.why, row.calls, row.tokens = None, 2, costs
    return True


def end(session: Session, key: str, heard: "Heard") -> None:
    """Keeps what came of a question, and what it really cost."""
    row = session.get(AskedOpinion, key, with_for_update=True)
    if row is None:  # its listing was erased meanwhile
        return
    row.calls, row.tokens, row.question = heard.calls, heard.tokens, None
    if isinstance(heard.said, str):
        row.why = heard.said
    else:
        said = heard.said
        row.answer = {"answer": said.answer.value, "sureness": said.sureness, "why": said.why}
        row.why = None


def spent(session: Session, at: datetime) -> Spent:
    """What was spent on the day so far."""
    calls, tokens = session.execute(_spent(at)).one()
    unanswered = session.execute(
        select(AskedOpinion.why, func.count())
        .where(AskedOpinion.at >= _midnight(at), AskedOpinion.why.is_not(None))
        .group_by(AskedOpinion.why)
        .order_by(func.count().desc(), AskedOpinion.why)
        .limit(_MOST_REASONS)
    )
    return Spent(int(calls), int(tokens), {str(why): int(count) for why, count in unanswered})


def _spent(at: datetime) -> Any:
    return select(
        func.coalesce(func.sum(AskedOpinion.calls), 0), func.coalesce(func.sum(AskedOpinion.tokens), 0)
    ).where(AskedOpinion.at >= _midnight(at))


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def forget(session: Session, at: datetime) -> None:
    """Drops what is old, and what was asked by nobody in the end."""
    old = delete(AskedOpinion).where(
        or_(
            AskedOpinion.at < at - _KEPT,
            (AskedOpinion.answer.is_(None)) & (AskedOpinion.at < at - 2 * _AGAIN),
        )
    )
    session.execute(old.execution_options(synchronize_session=False))
