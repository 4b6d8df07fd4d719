from dataclasses import replace
from itertools import pairwise
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.result import Evidence, Qualification, Qualifier, Reason
from detector.scoring import (
    FLAG_FROM,
    SUPPORTING,
    BadScore,
    explain,
    risk,
)
from detector.weights import Calibration, Steepness, Weights, default_weights

HAND = Weights(
    base=-3.0,
    again=0.4,
    reasons=dict.fromkeys(Reason, 5.0) | {Reason.PRICE_ANOMALY: 2.0, Reason.COUNTERFEIT_TERMS: 5.5},
    pairs={
        "disguised and cheap": 1.0,
        "posing and claiming": 2.0,
        "talk and disguise": 0.5,
    },
    qualifiers=dict.fromkeys(Qualifier, -1.0)
    | {Qualifier.COMPATIBLE_WITH: -1.5, Qualifier.DESCRIPTIVE_OR_GENERIC: -3.0},
)


def evidence(kind: Reason = Reason.MISSPELLING, score: float = 0.9) -> Evidence:
    return Evidence(kind, "title", "Acrne", score, span=(0, 5), mark="Acme")


def qualification(kind: Qualifier) -> Qualification:
    return Qualification(kind, "title", "for", span=(6, 9))


def test_every_reason_and_qualifier_has_a_weight_of_the_right_sign() -> None:
    shipped = default_weights()
    assert set(shipped.reasons) == set(Reason)
    assert set(shipped.qualifiers) == set(Qualifier)
    assert all(weight > 0 for weight in shipped.reasons.values())
    assert all(weight >= 0 for weight in shipped.pairs.values())
    assert all(weight < 0 for weight in shipped.qualifiers.values())


def test_the_weights_that_ship_say_where_they_come_from() -> None:
    told = default_weights().provenance
    assert {"made", "day", "detector", "data", "seed", "cases", "brands", "calibration"} <= set(told)


def test_nothing_found_is_next_to_no_risk() -> None:
    assert risk([], []) < 0.1


@pytest.mark.parametrize("kind", list(Reason))
def test_plain_evidence_is_for_a_person_to_see_unless_it_only_supports(kind: Reason) -> None:
    assert (risk([evidence(kind, 1.0)], []) >= FLAG_FROM) is (kind not in SUPPORTING)


def test_what_only_supports_has_nothing_to_support_in_one_another() -> None:
    both = [evidence(Reason.HIDDEN_LINK, 0.9), evidence(Reason.MISMATCH, 0.9)]
    sums = replace(default_weights(), by_reason={})
    assert risk(both, [], sums) == pytest.approx(max(risk([one], [], sums) for one in both))
    assert risk(both, []) < FLAG_FROM
    assert risk([*both, evidence(score=0.3)], []) > risk([both[0], evidence(score=0.3)], [])


def test_the_sum_is_explained_line_by_line() -> None:
    lines = explain(
        [evidence(score=0.8), evidence(score=0.9), evidence(Reason.COUNTERFEIT_TERMS, 0.5)],
        [qualification(Qualifier.COMPATIBLE_WITH), qualification(Qualifier.COMPATIBLE_WITH)],
        HAND,
    )
    assert [str(line) for line in lines] == [
        "base -3.0",
        "misspelling in title +4.5",
        "misspelling again +0.4",
        "counterfeit_terms in title +2.8",
        "talk and disguise +0.2",
        "compatible_with -1.5",
    ]


@pytest.mark.parametrize(
    ("found", "pair", "weight"),
    [
        ([(Reason.MISSPELLING, 0.9), (Reason.PRICE_ANOMALY, 0.6)], "disguised and cheap", 0.6),
        ([(Reason.SOUNDS_ALIKE, 0.5), (Reason.BRAND_CLAIM, 0.7)], "disguised and cheap", 0.5),
        ([(Reason.SELLER_IMPERSONATION, 0.9), (Reason.BRAND_CLAIM, 0.7)], "posing and claiming", 1.4),
    ],
)
def test_what_weighs_more_together(found: list[tuple[Reason, float]], pair: str, weight: float) -> None:
    lines = {line.name: line.weight for line in explain([evidence(*one) for one in found], [], HAND)}
    assert lines[pair] == pytest.approx(weight)


def test_calibration_stands_in_the_sum_as_its_last_line() -> None:
    calibrated = replace(HAND, calibration=Calibration((-3.0, 2.0), (-4.0, 3.0)))
    lines = explain([evidence(score=0.9)], [], calibrated)
    assert lines[-1].name == "calibration"
    assert sum(line.weight for line in lines) == pytest.approx(-4 + 4.5 * 7 / 5)


@pytest.mark.parametrize(
    ("total", "odds"), [(-5.0, -6.0), (-3.0, -4.0), (-0.5, -0.5), (2.0, 3.0), (4.0, 5.0), (40.0, 41.0)]
)
def test_a_calibration_is_straight_between_its_knots_and_parallel_beyond(total: float, odds: float) -> None:
    assert Calibration((-3.0, 2.0), (-4.0, 3.0))(total) == pytest.approx(odds)


def test_reasons_change_how_far_from_what_flags_a_case_is_but_not_on_which_side() -> None:
    steep = replace(
        HAND, by_reason={Reason.LOGO: Steepness(3.0, 2.0), Reason.MISSPELLING: Steepness(0.5, 0.5)}
    )
    for score in (0.2, 0.6, 0.95):
        plain = sum(line.weight for line in explain([evidence(Reason.LOGO, score)], [], HAND))
        lines = explain([evidence(Reason.LOGO, score)], [], steep)
        assert sum(line.weight for line in lines) == pytest.approx(plain * (3 if plain > 0 else 2))
    both = [evidence(Reason.LOGO, 0.3), evidence(Reason.MISSPELLING, 0.1)]
    plain = sum(line.weight for line in explain(both, [], HAND))
    assert sum(line.weight for line in explain(both, [], steep)) == pytest.approx(plain / 2)


_STEEP = st.dictionaries(
    st.sampled_from(list(Reason)), st.builds(Steepness, st.floats(0.25, 8), st.floats(0.25, 8))
)
_EVIDENCE = st.lists(
    st.builds(evidence, st.sampled_from(list(Reason)), st.floats(0.0, 1.0, allow_nan=False)), max_size=6
)
_QUALIFIERS = st.lists(st.builds(qualification, st.sampled_from(list(Qualifier))), max_size=4)


@given(_EVIDENCE, _QUALIFIERS, st.sampled_from(list(Reason)), st.floats(0.0, 1.0, allow_nan=False), _STEEP)
def test_more_evidence_never_lowers_a_risk(
    found: list[Evidence],
    said: list[Qualification],
    kind: Reason,
    score: float,
    steep: dict[Reason, Steepness],
) -> None:
    weights = replace(default_weights(), by_reason=steep)
    assert risk([*found, evidence(kind, score)], said, weights) >= risk(found, said, weights) - 1e-9


@given(_EVIDENCE, _QUALIFIERS, st.sampled_from(list(Qualifier)), _STEEP)
def test_a_qualifier_never_raises_a_risk(
    found: list[Evidence], said: list[Qualification], kind: Qualifier, steep: dict[Reason, Steepness]
) -> None:
    weights = replace(default_weights(), by_reason=steep)
    assert risk(found, [*said, qualification(kind)], weights) <= risk(found, said, weights) + 1e-9


def test_risk_grows_with_a_score() -> None:
    growing = [risk([evidence(score=score / 10)], []) for score in range(11)]
    assert all(low < high for low, high in pairwise(growing))


def test_an_authorised_seller_outweighs_any_one_reason() -> None:
    for kind in Reason:
        assert risk([evidence(kind, 1.0)], [qualification(Qualifier.AUTHORISED_SELLER)]) < FLAG_FROM


def test_a_score_that_is_no_number_is_refused_by_the_name_of_its_signal() -> None:
    with pytest.raises(BadScore, match="logo in title came with a score that is no number"):
        risk([evidence(Reason.LOGO, nan)], [])


@pytest.mark.parametrize(
    ("found", "share"), [("Velmorra", 1.0), ("Velrnora", 0.19), ("Velm0ra", 0.19), ("V-elmora", 0.19)]
)
def test_what_goods_fit_counts_less_beside_a_name_disguised_on_purpose(found: str, share: float) -> None:
    disguised = Evidence(Reason.LOOKALIKE_CHARACTERS, "title", found, 0.9, span=(0, 8), mark="Velmora")
    lines = explain([disguised], [qualification(Qualifier.COMPATIBLE_WITH)], HAND)
    assert lines[-1].weight == pytest.approx(-1.5 * share)


def test_what_pictures_show_of_what_goods_fit_counts_once() -> None:
    shown = [evidence(Reason.LOGO, 0.6), evidence(Reason.HIDDEN_TEXT, 0.5), evidence(Reason.LOGO, 0.4)]
    fits = [qualification(Qualifier.COMPATIBLE_WITH)]
    assert [line.name for line in explain(shown, fits, HAND)] == ["base", "logo in title", "compatible_with"]
    assert len(explain(shown, [], HAND)) == 4
