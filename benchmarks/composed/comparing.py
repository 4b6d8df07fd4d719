"""Two runs over the same cases, compared case by case."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from benchmarks.composed import measures
from benchmarks.composed.measures import Sample
from benchmarks.composed.outcome import Outcome, read
from benchmarks.composed.report import OUTCOMES
from detector.errors import UnreadableInput


@dataclass(frozen=True, slots=True)
class Compared:
    """`better` and `worse` count the cases that only the second, and only the first run judged rightly;
    `chance` is how likely so uneven a split is where both are as good (McNemar's exact test, 1947). `gain` is
    what the second's measure is higher by, with its 95% interval.
    """

    name: str
    better: int
    worse: int
    chance: float
    gain: float
    interval: tuple[float, float]


def compared(first: Path, second: Path) -> list[Compared]:
    """What changed from the first report's folder to the second's. Raises `UnreadableInput`."""
    before = {one.id: one for one in read(first / OUTCOMES)}
    after = {one.id: one for one in read(second / OUTCOMES)}
    both = [name for name in before if name in after]
    if not both:
        raise UnreadableInput(f"{first} and {second} have no case in common; measure both on the same data")
    old, new = [before[name] for name in both], [after[name] for name in both]
    abuses = [number for number, one in enumerate(old) if one.infringing]
    others = [number for number, one in enumerate(old) if not one.infringing]
    return [
        _compared("abuses found", _at(old, abuses), _at(new, abuses), measures.recall),
        _compared("innocent listings flagged", _at(old, others), _at(new, others), measures.false_flags),
        _compared("all listings judged rightly", old, new, measures.accuracy),
        _compared("average precision", old, new, measures.average_precision),
    ]


def _at(outcomes: Sequence[Outcome], places: Sequence[int]) -> list[Outcome]:
    return [outcomes[place] for place in places]


def _compared(name: str, old: list[Outcome], new: list[Outcome], measure: measures.Measure) -> Compared:
    right = [(a.flagged == a.infringing, b.flagged == b.infringing) for a, b in zip(old, new, strict=True)]
    better, worse = right.count((False, True)), right.count((True, False))
    chance = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    sample = Sample.of(new)
    gain, interval = measures.difference(sample, np.array([one.risk for one in old]), measure)
    return Compared(name, better, worse, chance, gain, interval)
