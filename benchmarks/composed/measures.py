"""Measures of ranked, weighted outcomes, with bootstrap intervals.

Outcomes are reweighted to what a marketplace looks like: one listing of twenty infringes, each tactic as
often as any other; of the innocent ones 15 of 100 are twins, each kind as often as any other. Resampling
(Efron, 1979) draws cases within each tactic and kind, and computes the measure anew.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.composed.case import Kind
from benchmarks.composed.outcome import Outcome
from detector.scoring import FLAG_FROM

INFRINGING = 0.05
TWINS = 0.15
"""Of the innocent listings."""
DRAWS = 500
BINS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Arrays over cases: `truth` 0 or 1, `risk`, `weight`, which sum to 1, and `group`, the number of the
    tactic or kind.
    """

    truth: Floats
    risk: Floats
    weight: Floats
    group: NDArray[np.int64]

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "Sample":
        groups = [f"{one.kind} {one.tactic}" for one in outcomes]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(groups))}
        return cls(
            np.array([one.infringing for one in outcomes], float),
            np.array([one.risk for one in outcomes], float),
            weights(outcomes),
            np.array([numbers[name] for name in groups], np.int64),
        )

    def drawn(self, dice: np.random.Generator) -> Floats:
        """The weights of one bootstrap draw: a case's own, times how often it was drawn within its group."""
        counts = np.zeros(len(self.truth))
        for group in range(int(self.group.max(initial=-1)) + 1):
            members = np.flatnonzero(self.group == group)
            counts += np.bincount(dice.choice(members, len(members)), minlength=len(counts))
        return counts * self.weight


Measure = Callable[[Floats, Floats, Floats], float]
"""From truth, risk and weight to a number."""


def shares(groups: Collection[tuple[Kind, str]]) -> dict[tuple[Kind, str], float]:
    """What each tactic, and each kind of innocent listing, has of all listings."""
    innocent = 1 - INFRINGING
    whole = {Kind.ABUSE: INFRINGING, Kind.TWIN: innocent * TWINS, Kind.PLAIN: innocent * (1 - TWINS)}
    among = Counter(kind for kind, _ in groups)
    return {(kind, name): whole[kind] / among[kind] for kind, name in groups}


def weights(outcomes: Sequence[Outcome]) -> Floats:
    """What each case counts, summing to 1."""
    sizes = Counter((one.kind, one.tactic) for one in outcomes)
    share = shares(sizes)
    raw = np.array([share[o.kind, o.tactic] / sizes[o.kind, o.tactic] for o in outcomes])
    return raw / raw.sum() if len(raw) else raw


def interval(sample: Sample, measure: Measure, seed: int = 31) -> tuple[float, float]:
    """The 95% interval of percentiles over `DRAWS` draws."""
    return intervals(sample, [measure], seed)[0]


def intervals(sample: Sample, some: Sequence[Measure], seed: int = 31) -> list[tuple[float, float]]:
    """Those of several measures over the same draws."""
    dice = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        weight = sample.drawn(dice)
        drawn.append([measure(sample.truth, sample.risk, weight) for measure in some])
    low, high = np.percentile(np.array(drawn), (2.5, 97.5), axis=0)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def difference(
    sample: Sample, other: Floats, measure: Measure, seed: int = 31
) -> tuple[float, tuple[float, float]]:
    """What the measure is higher by than with the `other` risks of the same cases, and the 95% interval of
    that over the same draws."""
    dice = np.random.default_rng(seed)
    beyond = measure(sample.truth, sample.risk, sample.weight) - measure(sample.truth, other, sample.weight)
    drawn = []
    for _ in range(DRAWS):
        weight = sample.drawn(dice)
        drawn.append(measure(sample.truth, sample.risk, weight) - measure(sample.truth, other, weight))
    low, high = np.percentile(drawn, (2.5, 97.5))
    return beyond, (float(low), float(high))


def precision(truth: Floats, risk: Floats, weight: Floats) -> float:
    flagged = weight * (risk >= FLAG_FROM)
    return _share(float((flagged * truth).sum()), float(flagged.sum()))


def recall(truth: Floats, risk: Floats, weight: Floats) -> float:
    return _share(float((weight * truth * (risk >= FLAG_FROM)).sum()), float((weight * truth).sum()))


def false_flags(truth: Floats, risk: Floats, weight: Floats) -> float:
    """The share of innocent listings that are flagged."""
    return recall(1 - truth, risk, weight)


def accuracy(truth: Floats, risk: Floats, weight: Floats) -> float:
    return float((weight * ((risk >= FLAG_FROM) == (truth > 0))).sum() / weight.sum())


def f1(truth: Floats, risk: Floats, weight: Floats) -> float:
    found, right = recall(truth, risk, weight), precision(truth, risk, weight)
    return _share(2 * found * right, found + right)


def average_precision(truth: Floats, risk: Floats, weight: Floats) -> float:
    """The area under precision against recall, steps at each distinct risk (as scikit-learn's)."""
    order = np.argsort(-risk, kind="stable")
    truth, risk, weight = truth[order], risk[order], weight[order]
    last = np.append(np.diff(risk) != 0, True)
    found, seen = np.cumsum(weight * truth)[last], np.cumsum(weight)[last]
    steps = np.diff(found, prepend=0.0)
    return _share(float((steps * found / np.maximum(seen, 1e-300)).sum()), float(found[-1]))


def in_front(share: float) -> Measure:
    """How many of the true cases stand in so much of the queue, the gravest first; ties count in part."""

    def measure(truth: Floats, risk: Floats, weight: Floats) -> float:
        order = np.argsort(-risk, kind="stable")
        truth, risk, weight = truth[order], risk[order], weight[order]
        last = np.append(np.diff(risk) != 0, True)
        found, seen = np.cumsum(weight * truth)[last], np.cumsum(weight)[last]
        return float(np.interp(share * seen[-1], np.append(0, seen), np.append(0, found)) / found[-1])

    return measure


def ece(truth: Floats, risk: Floats, weight: Floats) -> float:
    """The expected calibration error (Naeini et al., 2015) over ten bins of equal width."""
    said, held, mass = reliability(truth, risk, weight)
    return float((np.abs(said - held) * mass).sum() / max(mass.sum(), 1e-300))


def reliability(truth: Floats, risk: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """For each bin the mean risk said, the share that held, and its weight; zeros where it is empty."""
    bins = np.minimum((risk * BINS).astype(int), BINS - 1)
    mass = np.bincount(bins, weight, BINS).astype(float)
    safe = np.maximum(mass, 1e-300)
    return np.bincount(bins, weight * risk, BINS) / safe, np.bincount(bins, weight * truth, BINS) / safe, mass


def found_at(rate: float) -> Measure:
    """Recall where the threshold lets so many innocent listings through; between two thresholds in part."""

    def measure(truth: Floats, risk: Floats, weight: Floats) -> float:
        order = np.argsort(-risk, kind="stable")
        truth, risk, weight = truth[order], risk[order], weight[order]
        last = np.append(np.diff(risk) != 0, True)
        found, false = np.cumsum(weight * truth)[last], np.cumsum(weight * (1 - truth))[last]
        return float(np.interp(rate, np.append(0, false / false[-1]), np.append(0, found / found[-1])))

    return measure


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
