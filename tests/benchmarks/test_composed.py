"""The composed benchmark: its parts never share a brand, it is the same each time, its measures are right."""

import os
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from benchmarks.composed import gallery, measures
from benchmarks.composed.case import Composed, Kind, Part, part_of
from benchmarks.composed.gallery import Gallery
from benchmarks.composed.measures import Sample, interval
from benchmarks.composed.outcome import Outcome, read, write
from benchmarks.composed.texts import text_cases
from benchmarks.composed.world import World
from detector.errors import UnreadableInput

DATA = Path(os.environ.get("DETECTOR_DATA", "../shared/data"))


@pytest.fixture(scope="module")
def cases() -> list[Composed]:
    if not (DATA / "text" / "titles.csv").exists():
        pytest.skip(f"{DATA} has no titles; name a folder of labelled data in DETECTOR_DATA")
    return list(text_cases(World(DATA)))


def outcome(tactic: str, risk: float, kind: Kind = Kind.ABUSE, number: int = 0) -> Outcome:
    return Outcome(f"{tactic}/{number}", Part.TEST, kind, tactic, "en", False, risk, (), tactic)


@pytest.mark.slow
def test_no_brand_is_fitted_on_and_measured_on(cases: list[Composed]) -> None:
    parts = defaultdict(set)
    for case in cases:
        if case.infringing:
            parts[case.brand].add(case.part)
    assert len(parts) > 100
    assert all(len(some) == 1 for some in parts.values())


@pytest.mark.slow
def test_every_tactic_and_kind_is_in_every_part(cases: list[Composed]) -> None:
    there = {part: {(case.kind, case.tactic) for case in cases if case.part is part} for part in Part}
    assert there[Part.TRAIN] == there[Part.CALIBRATION] == there[Part.TEST]
    languages = {case.language for case in cases if case.tactic == "compatible_with"}
    assert len(languages) >= 15


@pytest.mark.slow
def test_cases_are_the_same_each_time(cases: list[Composed]) -> None:
    assert list(text_cases(World(DATA))) == cases
    assert len({case.id for case in cases}) == len(cases)


def test_no_stranger_is_a_registered_picture_under_another_number() -> None:
    if not all((DATA / needed).exists() for needed in gallery.NEEDS):
        pytest.skip(f"{DATA} has no pictures; name a folder of labelled data in DETECTOR_DATA")
    shown = Gallery(World(DATA))
    registered = {own.path.read_bytes() for some in shown.official.values() for own in some}
    strangers = [path for some in shown.strangers.values() for path in some]
    assert len(strangers) > 100
    assert not [path for path in strangers if path.read_bytes() in registered]


def test_parts_are_drawn_by_the_name_alone() -> None:
    drawn = [part_of(f"brand {number}") for number in range(5_000)]
    assert part_of("Acme") is part_of("ACME")
    for part, share in ((Part.TRAIN, 0.4), (Part.CALIBRATION, 0.2), (Part.TEST, 0.4)):
        assert drawn.count(part) / len(drawn) == pytest.approx(share, abs=0.03)


def test_average_precision_is_scikit_learns() -> None:
    dice = np.random.default_rng(1)
    truth, weight = dice.integers(0, 2, 500).astype(float), dice.random(500)
    risk = np.round(dice.random(500) * 0.6 + truth * 0.3, 2)
    ours = measures.average_precision(truth, risk, weight)
    assert ours == pytest.approx(average_precision_score(truth, risk, sample_weight=weight))


def test_measures_of_a_case_done_by_hand() -> None:
    truth, risk = np.array([1.0, 1, 0, 0]), np.array([0.9, 0.2, 0.6, 0.0])
    weight = np.array([0.1, 0.1, 0.2, 0.6])
    assert measures.recall(truth, risk, weight) == pytest.approx(0.5)
    assert measures.precision(truth, risk, weight) == pytest.approx(1 / 3)
    assert measures.false_flags(truth, risk, weight) == pytest.approx(0.25)
    assert measures.accuracy(truth, risk, weight) == pytest.approx(0.7)
    assert measures.f1(truth, risk, weight) == pytest.approx(0.4)
    assert measures.found_at(0.0)(truth, risk, weight) == pytest.approx(0.5)
    assert measures.in_front(0.1)(truth, risk, weight) == pytest.approx(0.5)
    assert measures.ece(truth, risk, weight) == pytest.approx(0.1 * 0.1 + 0.2 * 0.6 + 0.1 * 0.8)


def test_weights_make_one_of_twenty_infringe_and_tactics_equal() -> None:
    some = [outcome("rare", 0.9), *(outcome("common", 0.9, number=n) for n in range(9))]
    some += [outcome("shop", 0.0, Kind.PLAIN), outcome("fits", 0.0, Kind.TWIN)]
    weight = measures.weights(some)
    assert weight.sum() == pytest.approx(1)
    assert weight[0] == pytest.approx(weight[1:10].sum()) == pytest.approx(0.025)
    assert weight[11] == pytest.approx(0.95 * 0.15)


def test_an_interval_holds_its_measure_and_is_seeded() -> None:
    some = [outcome("t", n / 40, number=n) for n in range(40)]
    some += [outcome("p", n / 100, Kind.PLAIN, n) for n in range(40)]
    sample = Sample.of(some)
    low, high = interval(sample, measures.recall)
    assert low < measures.recall(sample.truth, sample.risk, sample.weight) < high
    assert (low, high) == interval(sample, measures.recall)


def test_outcomes_are_kept_as_they_are(tmp_path: Path) -> None:
    some = [outcome("t", 0.25), outcome("p", 0.5, Kind.PLAIN)]
    write(some, tmp_path / "outcomes.jsonl")
    assert read(tmp_path / "outcomes.jsonl") == some


@pytest.mark.parametrize("content", ["{", '{"id": 1}', "[]"])
def test_a_file_of_something_else_is_refused_by_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.jsonl"
    file.write_text(content)
    with pytest.raises(UnreadableInput, match=r"other\.jsonl: holds no outcomes"):
        read(file)
