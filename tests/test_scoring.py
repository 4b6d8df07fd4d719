from itertools import pairwise

import pytest

from detector.result import Evidence, Qualification, Qualifier, Reason
from detector.scoring import BASE, FEATURES, FLAG_FROM, QUALIFIERS, explain, risk


def evidence(kind: Reason = Reason.MISSPELLING, score: float = 0.9) -> Evidence:
    return Evidence(kind, "title", "Acrne", score, span=(0, 5), mark="Acme")


def qualification(kind: Qualifier) -> Qualification:
    return Qualification(kind, "title", "for", span=(6, 9))


def test_every_reason_and_qualifier_has_a_weight_of_the_right_sign() -> None:
    assert set(FEATURES) == set(Reason)
    assert set(QUALIFIERS) == set(Qualifier)
    assert all(weight > 0 for weight in FEATURES.values())
    assert all(weight < 0 for weight in QUALIFIERS.values())


def test_nothing_found_is_next_to_no_risk() -> None:
    assert risk([], []) < 0.1


@pytest.mark.parametrize("kind", list(Reason))
def test_plain_evidence_of_any_kind_is_for_a_person_to_see(kind: Reason) -> None:
    assert risk([evidence(kind, 1.0)], []) >= FLAG_FROM


def test_the_sum_is_explained_line_by_line() -> None:
    lines = explain(
        [evidence(score=0.8), evidence(score=0.9), evidence(Reason.COUNTERFEIT_TERMS, 0.5)],
        [qualification(Qualifier.COMPATIBLE_WITH), qualification(Qualifier.COMPATIBLE_WITH)],
    )
    assert [str(line) for line in lines] == [
        "base -3.0",
        "misspelling in title +4.5",
        "misspelling again +0.4",
        "counterfeit_terms in title +2.8",
        "compatible_with -1.5",
    ]
    assert lines[0].weight == BASE


def test_risk_grows_with_evidence_and_falls_with_every_qualifier() -> None:
    growing = [risk([evidence(score=score / 10)], []) for score in range(11)]
    assert all(low < high for low, high in pairwise(growing))
    for kind in Qualifier:
        assert risk([evidence()], [qualification(kind)]) < risk([evidence()], [])


def test_an_authorised_seller_outweighs_any_one_reason() -> None:
    for kind in Reason:
        assert risk([evidence(kind, 1.0)], [qualification(Qualifier.AUTHORISED_SELLER)]) < FLAG_FROM
