"""How far from what flags cases with a reason really are, learnt from labelled cases.

Signals give scores of a few sizes: all claims 0.7, all hints 0.9. Cases with one reason then lie just beside
what flags and are nearly all abuses, where those with another lie there by chance. One steepness above what
flags and one below for each reason tells them apart; what flags stays what it was.
"""

from collections.abc import Mapping, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from detector.result import Reason
from detector.weights import Steepness

STRAYING, ENOUGH = 1.0, 100
"""The prior's standard deviation of its logarithm, and for how many cases: with fewer it is narrower, since
one that was misjudged could weigh as much as all others."""
TRIED = np.geomspace(1 / 4, 16, 49)
_ROUNDS = 4
"""A case with several reasons is told by one of them, so each is fitted anew beside the others."""
_LEAST = 0.05
"""Of a logarithm: what strays less is 1."""

Floats = NDArray[np.float64]


def steepnesses(
    kinds: Sequence[Set[Reason]], odds: Floats, label: Floats, weight: Floats
) -> dict[Reason, Steepness]:
    """Of each reason that strays from 1. `kinds` are the reasons of each case, `odds` (n,) its calibrated
    log-odds, `label` (n,) 1 where it is an abuse, `weight` (n,) how many such there are.
    """
    has = np.array([[reason in some for reason in Reason] for some in kinds], bool).reshape(-1, len(Reason))
    above, below = (_side(has[side], odds[side], label[side], weight[side]) for side in (odds > 0, odds <= 0))
    return {
        reason: Steepness(float(high), float(low))
        for reason, high, low in zip(Reason, above, below, strict=True)
        if max(abs(np.log(high)), abs(np.log(low))) > _LEAST
    }


def steepened(kinds: Sequence[Set[Reason]], odds: Floats, by_reason: Mapping[Reason, Steepness]) -> Floats:
    """The log-odds (n,) of cases with these reasons, as `detector.scoring` tells them."""
    even = Steepness()
    found = [
        max((one * (each.above if one > 0 else each.below) for each in own), default=one)
        for some, one in zip(kinds, odds.tolist(), strict=True)
        for own in [[by_reason.get(kind, even) for kind in some]]
    ]
    return np.array(found, float)


def _side(has: NDArray[np.bool_], odds: Floats, label: Floats, weight: Floats) -> Floats:
    """The steepness of each reason for cases that all flag, or none of which does. The likeliest one is
    sought reason by reason, among those `TRIED`.
    """
    chosen = np.ones(has.shape[1])
    for _ in range(_ROUNDS):
        for column in range(has.shape[1]):
            own = has[:, column]
            if not own.any():
                continue
            others = np.where(has[own], chosen * odds[own, None], -np.inf)
            others[:, column] = -np.inf
            told = np.maximum(others.max(axis=1)[:, None], TRIED * odds[own, None])
            error = np.logaddexp(0, told) - label[own, None] * told
            loss = weight[own] @ error + (np.log(TRIED) / STRAYING) ** 2 / 2 * (ENOUGH / own.sum())
            chosen[column] = TRIED[int(loss.argmin())]
    return chosen
