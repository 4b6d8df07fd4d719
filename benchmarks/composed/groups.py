"""Precision, recall, average precision and calibration of each tactic, reason and language.

| group | its sample |
| --- | --- |
| a tactic | its abuses, and all innocent listings: as if nobody did anything else |
| a reason | the listings whose gravest case has it, weighted as in the whole |
| a language | what is told in it; but for English the innocent ones are twins alone |
"""

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.composed import measures
from benchmarks.composed.measures import Sample
from benchmarks.composed.outcome import Outcome
from benchmarks.figure import Estimate, Group

NAMES = ("precision", "recall", "average precision", "calibration error")
_MEASURES = (measures.precision, measures.recall, measures.average_precision, measures.ece)
_FEWEST = 10
"""Cases of a group, below which nothing is told of it."""


def groups(part: str, outcomes: Sequence[Outcome]) -> Iterator[Group]:
    """First all together, then each tactic, each reason and each language that has cases of both labels."""
    if not _both(outcomes):
        return
    whole = Sample.of(outcomes)
    yield _group(part, "all", "", whole)
    innocent = [one for one in outcomes if not one.infringing]
    for tactic in sorted({one.tactic for one in outcomes if one.infringing}):
        own = [one for one in outcomes if one.infringing and one.tactic == tactic]
        yield _group(part, "tactic", tactic, Sample.of([*own, *innocent]), len(own))
    for reason in sorted({reason for one in outcomes for reason in one.reasons}):
        sample = of_reason(reason, outcomes, whole)
        if len(sample.truth) >= _FEWEST:
            yield _group(part, "reason", reason, sample)
    for language in sorted({one.language for one in outcomes}):
        own = [one for one in outcomes if one.language == language]
        if len(own) >= _FEWEST and _both(own):
            yield _group(part, "language", language, Sample.of(own))


def of_reason(reason: str, outcomes: Sequence[Outcome], whole: Sample) -> Sample:
    """The listings whose gravest case has the reason, weighted as in the whole."""
    which = np.array([reason in one.reasons for one in outcomes])
    return Sample(whole.truth[which], whole.risk[which], whole.weight[which], whole.group[which])


def _both(outcomes: Sequence[Outcome]) -> bool:
    return len({one.infringing for one in outcomes}) == 2


def _group(part: str, axis: str, name: str, sample: Sample, count: int | None = None) -> Group:
    total = len(sample.truth) if count is None else count
    between = measures.intervals(sample, _MEASURES)
    values = (measure(sample.truth, sample.risk, sample.weight) for measure in _MEASURES)
    made = zip(NAMES, values, between, strict=True)
    return Group(
        part, axis, name, total, tuple(Estimate(part, what, value, at, total) for what, value, at in made)
    )
