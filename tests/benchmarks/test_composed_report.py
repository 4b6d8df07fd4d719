"""The page of what was measured, and two runs compared case by case."""

from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from benchmarks.composed.case import Composed, Kind, Part
from benchmarks.composed.comparing import compared
from benchmarks.composed.groups import NAMES, groups
from benchmarks.composed.outcome import Outcome, outcome_of, write
from benchmarks.composed.report import OUTCOMES, write_report
from benchmarks.quality.composed import figures
from detector.errors import UnreadableInput
from detector.listing import Listing
from detector.result import Case, Evidence, Reason, Result, Verdict
from workers.cli import main

HOSTILE = "<script>alert(1)</script> & Acme"


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (300, 200), "red").save(out, "PNG")
    return out.getvalue()


def outcomes(seed: int, shift: float = 0.0) -> list[Outcome]:
    """A hundred abuses and three hundred innocent listings, the abuses mostly the riskier."""
    dice = Random(seed)
    made = []
    for number in range(400):
        kind = Kind.ABUSE if number < 100 else Kind.PLAIN if number < 300 else Kind.TWIN
        risk = min(max(dice.gauss(0.7 if kind is Kind.ABUSE else 0.1, 0.25) + shift, 0.0), 1.0)
        reasons = ("misspelling",) if risk > 0.2 else ()
        peers = {"exact name": float(dice.random() < 0.2), "rapidfuzz": dice.random(), "dnstwist rules": 0.0}
        made.append(
            Outcome(
                f"{kind}/{number}", Part.TEST, kind, kind.value, "en", False, risk, reasons, HOSTILE, peers
            )
        )
    return made


def case(number: int, kind: Kind) -> Composed:
    listing = Listing(id=f"{kind}/{number}", title=HOSTILE)
    return Composed(listing.id, Part.TEST, kind, kind.value, "en", listing, picture=png)


def test_the_outcome_of_an_abuse_is_its_own_brands_case() -> None:
    evidence = (Evidence(Reason.LOGO, "image:0", None, 0.9),)
    result = Result("1", Verdict.FLAG, 0.9, (Case("other", 0.9, evidence), Case("acme", 0.6, evidence)))
    abused = Composed("1", Part.TEST, Kind.ABUSE, "t", "en", Listing(id="1", title="A"), "acme")
    assert outcome_of(abused, result).risk == 0.6
    assert outcome_of(Composed("1", Part.TEST, Kind.PLAIN, "t", "en", abused.listing), result).risk == 0.9


def test_the_page_holds_plots_figures_and_misses_and_escapes_what_listings_say(tmp_path: Path) -> None:
    some = outcomes(1)
    some[0] = outcome_of(case(0, Kind.ABUSE), Result("x", Verdict.CLEAR, 0.0))
    found = list(figures(some))
    grouped = list(groups("composed", some))
    write_report(tmp_path, some, found, grouped, {some[0].id: case(0, Kind.ABUSE)})
    page = (tmp_path / "index.html").read_text("utf-8")
    assert page.count("<svg") == 3  # risks, and the reliability of all and of the one reason
    assert "By tactic" in page
    assert "By reason" in page
    assert "By language" in page
    assert "data:image/jpeg;base64," in page
    assert "accuracy at 5%" in page
    assert "found beyond rapidfuzz" in page
    assert "<script>" not in page
    assert "src='http" not in page


def test_each_group_has_four_measures_within_their_intervals() -> None:
    found = {(one.axis, one.name): one for one in groups("composed", outcomes(1))}
    assert set(found) == {("all", ""), ("tactic", "abuse"), ("reason", "misspelling"), ("language", "en")}
    for group in found.values():
        assert tuple(one.name for one in group.measures) == NAMES
        assert all(one.interval[0] <= one.share <= one.interval[1] for one in group.measures[:3])
    assert found["tactic", "abuse"].total == 100
    precision, recall, *_ = found["all", ""].measures
    assert (precision.share, recall.share) == (found["language", "en"].measures[0].share, recall.share)


def test_of_one_label_alone_nothing_is_told_by_group() -> None:
    assert list(groups("composed", [one for one in outcomes(1) if one.infringing])) == []


def test_figures_beside_peers_give_the_interval_of_the_difference() -> None:
    beyond = {one.name.split(",")[0]: one for one in figures(outcomes(1)) if "found beyond" in one.name}
    one = beyond["text: found beyond dnstwist rules"]
    assert one.interval[0] <= one.share <= one.interval[1]
    assert one.met


def test_two_runs_are_compared_case_by_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, shift in (("a", 0.0), ("b", 0.15)):
        (tmp_path / name).mkdir()
        write(outcomes(1, shift), tmp_path / name / OUTCOMES)
    found, flagged, *_ = compared(tmp_path / "a", tmp_path / "b")
    assert (found.better > 0, found.worse) == (True, 0)
    assert found.interval[0] <= found.gain <= found.interval[1]
    assert found.chance < 0.05
    assert flagged.worse > 0
    assert main(["evaluate", "--compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    assert "abuses found" in capsys.readouterr().out


def test_a_run_is_like_itself(tmp_path: Path) -> None:
    write(outcomes(1), tmp_path / OUTCOMES)
    for one in compared(tmp_path, tmp_path):
        assert (one.better, one.worse, one.gain, one.interval, one.chance) == (0, 0, 0.0, (0.0, 0.0), 1.0)


def test_runs_on_other_data_are_not_compared(tmp_path: Path) -> None:
    for name, some in (("a", outcomes(1)[:10]), ("b", outcomes(1)[10:20])):
        (tmp_path / name).mkdir()
        write(some, tmp_path / name / OUTCOMES)
    with pytest.raises(UnreadableInput, match="no case in common"):
        compared(tmp_path / "a", tmp_path / "b")


def test_a_folder_without_a_report_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--compare", str(tmp_path), str(tmp_path)]) == 2
    assert OUTCOMES in capsys.readouterr().err
