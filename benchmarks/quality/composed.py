"""Composed listings with known truth, brands and photos apart from those that weights were fitted on.

`benchmarks/composed` says how they are made and `docs/benchmark.md` what they can't show. All figures are of
the test part, reweighted to 5% of infringing listings where they say so. No figure on real counterfeits.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.composed import measures
from benchmarks.composed.case import Kind, Part
from benchmarks.composed.groups import groups, of_reason
from benchmarks.composed.judging import judged
from benchmarks.composed.measures import Sample, interval
from benchmarks.composed.outcome import Outcome, outcome_of
from benchmarks.composed.peers import OF_PICTURES, OF_TEXT
from benchmarks.figure import Estimate, Figure, Group
from benchmarks.goods import LISTINGS
from benchmarks.quality.imitations import IMITATIONS
from benchmarks.titles import TITLES

NAME = "composed"
NEEDS = (TITLES, IMITATIONS, LISTINGS)

_ENOUGH = 200
"""Cases from which on a reason's calibration has a target."""


def measure(data: Path, report: Path | None = None) -> Iterator[Figure | Estimate | Group]:
    """Each tactic, each kind of fair use, each reason and language, then all together and beside the peers;
    and precision, recall, average precision and calibration of each tactic, reason and language.

    `report` is a folder for a page with the plots and the worst misses, and the outcomes for `--compare`.
    """
    test = list(judged(data, (Part.TEST,), peers=True))
    outcomes = [outcome_of(one.case, one.result, one.peers) for one in test]
    found = list(figures(outcomes))
    yield from found
    grouped = list(groups(NAME, outcomes))
    yield from grouped
    if report is not None:
        from benchmarks.composed.report import write_report

        write_report(report, outcomes, found, grouped, {one.case.id: one.case for one in test})


def figures(outcomes: Sequence[Outcome]) -> Iterator[Figure | Estimate]:
    for tactic, some in _by(outcomes, Kind.ABUSE, lambda one: one.tactic):
        yield _found(f"abuse: {tactic}", some, 0.8)
    for kind, some in _by(outcomes, Kind.TWIN, lambda one: one.tactic):
        yield _flagged(f"twin: {kind}", some, 0.01 if kind == "real accessory titles" else 0.02)
    for kind, some in _by(outcomes, Kind.PLAIN, lambda one: one.tactic):
        yield _flagged(f"innocent: {kind}", some, 0.005)
    for language, some in _by(outcomes, Kind.TWIN, lambda one: one.language):
        yield _flagged(f"twins, language {language}", some, None)
    sample = Sample.of(outcomes)
    for name, measured, target, at_most in (
        ("accuracy at 5%", measures.accuracy, 0.97, False),
        ("F1 at 5%", measures.f1, 0.95, False),
        ("precision at 5%", measures.precision, None, False),
        ("recall", measures.recall, None, False),
        ("innocent listings flagged", measures.false_flags, 0.005, True),
        ("average precision at 5%", measures.average_precision, None, False),
        ("true cases in the first 15% of the queue", measures.in_front(0.15), 0.95, False),
        ("expected calibration error", measures.ece, 0.03, True),
    ):
        value = measured(sample.truth, sample.risk, sample.weight)
        between = interval(sample, measured)
        yield Estimate(NAME, name, value, between, len(outcomes), target, at_most)
    yield from beside_peers(outcomes)
    for reason in sorted({reason for one in outcomes for reason in one.reasons}):
        yield _calibrated(reason, outcomes, sample)


def beside_peers(outcomes: Sequence[Outcome]) -> Iterator[Estimate]:
    """What the judge finds beyond each peer where both let as many innocent listings through as the judge
    does; on text alone, and on pictured listings."""
    for what, peers in (("text", OF_TEXT), ("pictures", OF_PICTURES)):
        some = [one for one in outcomes if one.pictured == (what == "pictures")]
        if not any(one.peers for one in some):
            continue
        ours = Sample.of(some)
        rate = measures.false_flags(ours.truth, ours.risk, ours.weight)
        at = measures.found_at(rate)
        for peer in peers:
            scores = np.array([one.peers[peer] for one in some])
            value, between = measures.difference(ours, scores, at)
            theirs = at(ours.truth, scores, ours.weight)
            yield Estimate(
                NAME, f"{what}: found beyond {peer}, {rate:.2%} false flags", value, between, len(some), 0.0,
                peers=((f"{peer} alone finds", theirs),),
            )  # fmt: skip


def _calibrated(reason: str, outcomes: Sequence[Outcome], whole: Sample) -> Estimate:
    """Of the listings whose gravest case has the reason, weighted as in the whole."""
    some = of_reason(reason, outcomes, whole)
    value = measures.ece(some.truth, some.risk, some.weight)
    target = 0.05 if len(some.truth) > _ENOUGH else None
    return Estimate(
        NAME,
        f"calibration error, {reason}",
        value,
        interval(some, measures.ece),
        len(some.truth),
        target,
        True,
    )


def _by(
    outcomes: Sequence[Outcome], kind: Kind, key: Callable[[Outcome], str]
) -> Iterator[tuple[str, list[Outcome]]]:
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        if one.kind is kind:
            found.setdefault(key(one), []).append(one)
    yield from sorted(found.items())


def _found(name: str, some: Iterable[Outcome], target: float | None) -> Figure:
    outcomes = list(some)
    missed = tuple(one.shown for one in outcomes if not one.flagged)
    return Figure(NAME, name, len(outcomes) - len(missed), len(outcomes), target, misses=missed)


def _flagged(name: str, some: Iterable[Outcome], target: float | None) -> Figure:
    outcomes = list(some)
    wrong = tuple(one.shown for one in outcomes if one.flagged)
    return Figure(NAME, name, len(wrong), len(outcomes), target, at_most=True, misses=wrong)
