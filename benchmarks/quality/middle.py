"""What a model in the middle could change: stubs with a stated share of errors, on composed listings.

No real model is measured. A stub knows the truth of each doubtful case, says it is 90% sure, and is wrong by
chance in a share of them; one obeys its listings: every abuse is let off. Bounds are those of the settings.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.composed import measures
from benchmarks.composed.case import Composed, Part
from benchmarks.composed.judging import Judged, judged
from benchmarks.composed.measures import Sample, interval
from benchmarks.composed.outcome import Outcome, outcome_of
from benchmarks.figure import Estimate
from benchmarks.goods import LISTINGS
from benchmarks.quality.imitations import IMITATIONS
from benchmarks.titles import TITLES
from detector.middle.band import Band, Said
from detector.middle.question import PROMPT
from detector.result import Answer, Case, Result
from detector.scoring import FLAG_FROM
from storage.settings import settings

NAME = "middle"
NEEDS = (TITLES, IMITATIONS, LISTINGS)

SURE = 0.9

Stub = Callable[[Composed, Case], Answer]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Says the truth, but in a share of the cases its contrary; the same each time."""

    share: float

    def __call__(self, composed: Composed, case: Case) -> Answer:
        drawn = hashlib.sha256(f"{self.share} {composed.id} {case.brand}".encode()).digest()
        slips = int.from_bytes(drawn[:4]) / 2**32 < self.share
        return Answer.IMITATION if _abuses(composed, case) != slips else Answer.COMPATIBLE_ACCESSORY


def obeying(composed: Composed, case: Case) -> Answer:
    """Lets every abuse off, as its listing tells it, in words that nobody knows for an injection."""
    return Answer.COMPATIBLE_ACCESSORY if _abuses(composed, case) else Wrong(0.1)(composed, case)


STUBS: tuple[tuple[str, Stub | None], ...] = (
    ("no model", None),
    ("never wrong", Wrong(0.0)),
    ("wrong in 10%", Wrong(0.1)),
    ("wrong in 30%", Wrong(0.3)),
    ("wrong in 50%", Wrong(0.5)),
    ("obeys its listings", obeying),
)


def measure(data: Path) -> Iterator[Estimate]:
    """F1, innocent listings flagged and abuses found of the test part with each stub; and how often it is
    asked.
    """
    chosen = settings()
    band = Band(chosen.middle_from, chosen.middle_to, chosen.middle_weight)
    yield from figures(list(judged(data, (Part.TEST,))), band)


def figures(cases: Sequence[Judged], band: Band) -> Iterator[Estimate]:
    asked = [len(band.doubtful(one.result)) for one in cases]
    for name, stub in STUBS:
        outcomes = [outcome_of(one.case, _heard(one, band, stub)) for one in cases]
        sample = Sample.of(outcomes)
        for what, measured in (
            ("F1 at 5%", measures.f1),
            ("innocent listings flagged", measures.false_flags),
            ("abuses found", measures.recall),
        ):
            value = measured(sample.truth, sample.risk, sample.weight)
            yield Estimate(NAME, f"{name}: {what}", value, interval(sample, measured), len(outcomes))
        if stub is None:
            yield _calls(outcomes, sample, asked)


def _calls(outcomes: Sequence[Outcome], sample: Sample, asked: Sequence[int]) -> Estimate:
    calls = np.array(asked, float)

    def measured(truth: measures.Floats, risk: measures.Floats, weight: measures.Floats) -> float:
        return float((weight * calls).sum() / weight.sum())

    value = measured(sample.truth, sample.risk, sample.weight)
    return Estimate(NAME, "questions a listing", value, interval(sample, measured), len(outcomes))


def _heard(one: Judged, band: Band, stub: Stub | None) -> Result:
    if stub is None:
        return one.result
    said: dict[str, Said | str] = {
        case.brand: Said(stub(one.case, case), SURE, "", "stub", PROMPT) for case in band.doubtful(one.result)
    }
    return band.all_heard(one.result, one.case.listing, said, lambda case: case.risk >= FLAG_FROM)


def _abuses(composed: Composed, case: Case) -> bool:
    return composed.infringing and case.brand == composed.brand
