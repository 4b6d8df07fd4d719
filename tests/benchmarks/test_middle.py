"""What stubs of a model in the middle change, and what other thresholds would."""

import pytest

from benchmarks.composed.case import Composed, Kind, Part
from benchmarks.composed.judging import Judged
from benchmarks.quality import middle, thresholds
from detector.listing import Listing
from detector.middle.band import Band
from detector.result import Case, Evidence, Reason, Result, Verdict

EVIDENCE = (Evidence(Reason.MISSPELLING, "title", "Acmelx", 0.6),)
RISKS = {Kind.ABUSE: (0.1, 0.4, 0.4, 0.6, 0.9), Kind.PLAIN: (0.1, 0.4, 0.6, 0.6, 0.9)}


def judged(times: int) -> list[Judged]:
    """Abuses and innocent listings, most of them between two risks."""
    made = []
    for kind, risks in RISKS.items():
        for number, risk in enumerate(risks * times):
            listing = Listing(id=f"{kind}/{number}", title="Acmelx", category="Medicine")
            composed = Composed(listing.id, Part.TEST, kind, kind.value, "en", listing, "acme")
            result = Result(listing.id, Verdict.FLAG, risk, (Case("acme", risk, EVIDENCE),))
            made.append(Judged(composed, result, {}))
    return made


def test_the_better_the_stub_the_better_the_figures_and_bounds_hold() -> None:
    found = {one.name: one.share for one in middle.figures(judged(20), Band(0.2, 0.8, 1.5))}
    wrong, rights = "innocent listings flagged", "abuses found"
    assert found["questions a listing"] == pytest.approx(0.6)
    assert (found[f"no model: {rights}"], found[f"no model: {wrong}"]) == pytest.approx((0.4, 0.6))
    assert (found[f"never wrong: {rights}"], found[f"never wrong: {wrong}"]) == pytest.approx((0.8, 0.2))
    assert found[f"obeys its listings: {rights}"] == pytest.approx(0.2)
    f1 = [found[f"{name}: F1 at 5%"] for name in ("never wrong", "wrong in 10%", "wrong in 30%")]
    assert f1 == sorted(f1, reverse=True)


def test_thresholds_are_told_by_harm() -> None:
    found = {one.name: (one.hits, one.total) for one in thresholds.figures(judged(20))}
    assert found["medicine, from 0.3: abuses found"] == (80, 100)
    assert found["medicine, from 0.5: abuses found"] == (40, 100)
    assert found["medicine, from 0.7: innocent listings flagged"] == (20, 100)
    assert list(thresholds.figures(judged(5))) == []
