"""What another threshold would do to goods whose fakes do harm, on composed listings of the test part.

Of the listings of each harm: abuses found and innocent ones flagged where a person is asked from 0.3, 0.5 or
0.7. No house thresholds are set: these figures say what setting one would buy, and cost.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.composed.case import Part
from benchmarks.composed.judging import Judged, judged
from benchmarks.composed.outcome import Outcome, outcome_of
from benchmarks.figure import Figure
from benchmarks.goods import LISTINGS
from benchmarks.quality.imitations import IMITATIONS
from benchmarks.titles import TITLES
from detector.harms import NO_HARM, harm_of

NAME = "thresholds"
NEEDS = (TITLES, IMITATIONS, LISTINGS)

AT = (0.3, 0.5, 0.7)
FEWEST = 30
"""Abuses, and innocent listings, of a harm, below which nothing is told of it."""


def measure(data: Path) -> Iterator[Figure]:
    """Of each harm that has cases enough, and of all goods without one."""
    yield from figures(list(judged(data, (Part.TEST,))))


def figures(cases: Sequence[Judged]) -> Iterator[Figure]:
    by_harm: dict[str, list[Outcome]] = {}
    for one in cases:
        by_harm.setdefault(harm_of(one.case.listing)[0], []).append(outcome_of(one.case, one.result))
    for harm, some in sorted(by_harm.items(), key=lambda one: (one[0] == NO_HARM, one[0])):
        abuses = [one for one in some if one.infringing]
        others = [one for one in some if not one.infringing]
        if min(len(abuses), len(others)) >= FEWEST:
            for at in AT:
                yield _from(at, f"{harm}, from {at}: abuses found", abuses)
                yield _from(at, f"{harm}, from {at}: innocent listings flagged", others)


def _from(at: float, name: str, some: Sequence[Outcome]) -> Figure:
    return Figure(NAME, name, sum(one.risk >= at for one in some), len(some), at_most="innocent" in name)
