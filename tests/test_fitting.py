"""Fitting on labelled cases: what it learns, what it can't learn, what it refuses."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import nan
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.fitting import FittingRefused, Labelled, fit, isotonic, platt
from detector.result import Evidence, Qualification, Qualifier, Reason
from detector.scoring import SUPPORTING, BadScore, probability, risk
from detector.weights import default_weights

BEFORE = default_weights()


def case(
    number: int, infringing: bool, score: float, *kinds: Qualifier, reason: Reason = Reason.LOGO
) -> Labelled:
    evidence = Evidence(reason, "image:0", None, score)
    said = tuple(Qualification(kind, "title", "for") for kind in kinds)
    brand = f"brand {number % 20}"
    return Labelled(f"L{number}", brand, infringing, (evidence,), said, calibrates=number % 20 >= 12)


def cases(count: int = 400, seed: int = 1) -> list[Labelled]:
    """Infringing the likelier the higher the score; hardly ever where the goods are said to fit."""
    dice = Random(seed)
    made = []
    for number in range(count):
        score, fits = dice.random(), dice.random() < 0.3
        true = dice.random() < probability(8 * score - 4 - 4 * fits)
        made.append(case(number, true, score, *([Qualifier.COMPATIBLE_WITH] if fits else [])))
    return made


def test_a_risk_comes_true_as_often_as_it_says() -> None:
    weights = fit(cases(4_000), BEFORE).weights
    fresh = cases(4_000, seed=2)
    risks = np.array([risk(one.evidence, one.qualifiers, weights) for one in fresh])
    truth = np.array([one.infringing for one in fresh])
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        there = (risks >= low) & (risks < low + 0.2)
        if there.sum() > 100:
            assert truth[there].mean() == pytest.approx(risks[there].mean(), abs=0.08)


def test_a_reason_that_is_surer_than_its_scores_say_gets_steeper_and_flags_what_it_flagged() -> None:
    dice = Random(5)
    claims = [
        case(n, true := dice.random() < 0.5, 0.72 if true else 0.6, reason=Reason.BRAND_CLAIM)
        for n in range(1_000, 1_400)
    ]
    fitted = fit(cases() + claims, BEFORE).weights
    plain = replace(fitted, by_reason={})
    assert fitted.by_reason[Reason.BRAND_CLAIM].above > 2
    assert Reason.MISSPELLING not in fitted.by_reason
    for one in claims:
        told, before = (risk(one.evidence, (), weights) for weights in (fitted, plain))
        assert (told >= 0.5) == (before >= 0.5)
        assert abs(told - one.infringing) <= abs(before - one.infringing) + 1e-9


def test_what_no_case_tells_of_stays_as_it_was_but_for_the_scale() -> None:
    fitted = fit(cases(), BEFORE).weights
    kinds = (Reason.HIDDEN_TEXT, Reason.IMAGE_COPY, Reason.MISSPELLING)
    scales = [fitted.reasons[kind] / BEFORE.reasons[kind] for kind in kinds]
    assert scales == pytest.approx([scales[0]] * 3, rel=0.01)


def test_evidence_that_only_the_innocent_have_still_never_acquits() -> None:
    some = cases() + [case(n, False, 0.9, reason=Reason.SOUNDS_ALIKE) for n in range(1_000, 1_200)]
    assert fit(some, BEFORE).weights.reasons[Reason.SOUNDS_ALIKE] > 0


def test_what_only_supports_never_flags_alone() -> None:
    some = cases() + [case(n, True, 0.9, reason=Reason.PRICE_ANOMALY) for n in range(1_000, 1_300)]
    weights = fit(some, BEFORE).weights
    for kind in SUPPORTING:
        assert risk([Evidence(kind, "price", "1", 1.0)], [], weights) < 0.5


def test_the_same_cases_give_the_same_weights() -> None:
    first, second = fit(cases(), BEFORE).weights, fit(cases(), BEFORE).weights
    assert first.reasons == second.reasons
    assert first.calibration == second.calibration


REFUSED: dict[str, tuple[Callable[[], list[Labelled]], str]] = {
    "none": (list, "0 labelled cases"),
    "ten": (lambda: cases()[:10], "10 labelled cases .* are too few"),
    "one label": (
        lambda: [replace(one, infringing=True) for one in cases()],
        "all 400 labelled cases are infringing; fitting needs both",
    ),
    "both labels for one case": (
        lambda: [*cases(), replace(cases()[0], infringing=not cases()[0].infringing)],
        "1 case is labelled both infringing and not, .*: L0; settle which holds",
    ),
    "one brand": (
        lambda: [replace(one, brand="b", calibrates=False) for one in cases()],
        "hold one label only; cases are split by their brand",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_labels_that_cannot_be_fitted_on_are_refused_in_words(what: str) -> None:
    make, said = REFUSED[what]
    with pytest.raises(FittingRefused, match=said):
        fit(make(), BEFORE)


def test_a_score_that_is_no_number_is_no_case() -> None:
    with pytest.raises(BadScore, match="no number"):
        fit([*cases(), case(999, True, nan)], BEFORE)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-6, 6), st.booleans(), st.floats(0.1, 5)), min_size=4, max_size=60).filter(
        lambda some: len({label for _, label, _ in some}) == 2
    )
)
def test_calibrations_rise(some: list[tuple[float, bool, float]]) -> None:
    total, label, weight = (np.array(values, float) for values in zip(*some, strict=True))
    for make in (platt, isotonic):
        calibration = make(total, label, weight)
        odds = [calibration(each) for each in np.linspace(-8, 8, 60)]
        assert all(low < high for low, high in pairwise(odds))
