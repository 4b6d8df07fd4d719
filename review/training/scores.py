"""How well people's answers to known cases go with what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from review.training.tables import Exercise


@dataclass(frozen=True, slots=True)
class Score:
    """Of one person and kind of exercise."""

    who: str
    kind: str
    answered: int
    agreed: int


def scores(session: Session, most: int = 200) -> Sequence[Score]:
    """By person, who answered most first."""
    count = func.count(Exercise.id)
    rows = session.execute(
        select(Exercise.who, Exercise.kind, count, func.sum(cast(Exercise.agrees, Integer)))
        .where(Exercise.agrees.is_not(None))
        .group_by(Exercise.who, Exercise.kind)
        .order_by(count.desc(), Exercise.who, Exercise.kind)
        .limit(most)
    )
    return [Score(who, kind, answered, int(agreed or 0)) for who, kind, answered, agreed in rows]
