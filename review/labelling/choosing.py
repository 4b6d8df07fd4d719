"""What to label next: cases that the program is least sure of, and no two of a kind.

One after another the case is taken that is worth most: the entropy of its risk, in bits, halved for each case
taken already that shares its seller, and by its square root for each that shares the brand, the reasons, or
the language. This is greedy selection by uncertainty and diversity (Settles, 2009, sections 3.1 and 3.6.1).
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, Viewer, refuse_unless
from review.queue.tables import Queued, Stage
from review.tables import Case, CaseState

MOST = 500
_POOL = 1_000
"""Cases on either side of one half that are chosen among: those nearest to it."""
_WEIGHTS = {"seller": 1.0, "brand": 0.5, "reasons": 0.5, "language": 0.5}
"""Halvings for each case that has the same already."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case to be decided, and what it is worth, 1 at most."""

    case: int
    title: str
    brand: str
    risk: float
    reasons: tuple[str, ...]
    worth: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    case: int
    title: str
    brand: str
    risk: float
    reasons: tuple[str, ...]
    language: str
    seller: str | None

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        """What other cases may share with it."""
        told = [("brand", self.brand), ("reasons", " ".join(self.reasons)), ("language", self.language)]
        return [*told, ("seller", self.seller)] if self.seller else told


def choose(session: Session, viewer: Viewer, most: int = 50) -> list[Chosen]:
    """The cases that are worth most to be decided next, in that order. Raises `NotAllowed`."""
    refuse_unless(viewer, Deed.LEAD)
    left, taken, chosen = list(_candidates(session)), Counter[tuple[str, str]](), list[Chosen]()
    while left and len(chosen) < min(most, MOST):
        worth, best = max(
            ((_worth(one, taken), one) for one in left), key=lambda pair: (pair[0], -pair[1].case)
        )
        left.remove(best)
        taken.update(best.kinds)
        chosen.append(Chosen(best.case, best.title, best.brand, best.risk, best.reasons, worth))
    return chosen


def _candidates(session: Session) -> Iterator[_Candidate]:
    """Those that wait for a first look, the nearest to one half: found by the index over risks."""
    for near in (
        _waiting().where(Case.risk >= 0.5).order_by(Case.risk),
        _waiting().where(Case.risk < 0.5).order_by(Case.risk.desc()),
    ):
        for case, place in session.execute(near.limit(_POOL)):
            yield _Candidate(
                case.id, place.title, case.brand, case.risk, tuple(sorted(case.reasons)), place.language,
                place.seller,
            )  # fmt: skip


def _waiting() -> Select[Case, Queued]:
    return (
        select(Case, Queued)
        .join(Queued, Queued.case_id == Case.id)
        .where(Case.state == CaseState.OPEN, Case.shadow.is_(False), Queued.stage == Stage.FIRST)
    )


def _worth(one: _Candidate, taken: Counter[tuple[str, str]]) -> float:
    return _entropy(one.risk) * 2.0 ** -sum(_WEIGHTS[kind[0]] * taken[kind] for kind in one.kinds)


def _entropy(risk: float) -> float:
    if not 0 < risk < 1:
        return 0.0
    return -risk * math.log2(risk) - (1 - risk) * math.log2(1 - risk)
