"""What counts as found, missed, and wrongly flagged."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from workers.demo.report import Line, Outcome, print_report, read_lines

ABUSE = {
    "listing_id": "D1",
    "verdict": "flag",
    "brand": "velmora",
    "reasons": ["misspelling"],
    "qualifiers": [],
}
HONEST = {"listing_id": "D1", "verdict": "clear", "brand": None, "reasons": [], "qualifiers": []}
BROKEN = {"listing_id": "D1", "verdict": "incomplete"}


def result(verdict: str, *cases: dict[str, object]) -> dict[str, object]:
    return {"listing_id": "D1", "verdict": verdict, "cases": list(cases), "missing": []}


def case(brand: str, *reasons: str) -> dict[str, object]:
    return {"brand": brand, "risk": 0.9, "reasons": list(reasons), "qualifiers": [], "evidence": []}


@pytest.mark.parametrize(
    ("expected", "found", "outcome"),
    [
        (ABUSE, result("flag", case("velmora", "misspelling", "logo")), Outcome.RIGHT),
        (ABUSE, result("flag", case("velmora", "brand_claim")), Outcome.OTHER_REASON),
        (ABUSE, result("flag", case("belmora", "misspelling")), Outcome.OTHER_BRAND),
        (ABUSE, result("clear", case("velmora", "misspelling")), Outcome.MISSED),
        (ABUSE, result("incomplete"), Outcome.MISSED),
        (ABUSE, None, Outcome.MISSED),
        (HONEST, result("clear"), Outcome.RIGHT),
        (HONEST, result("flag", case("velmora", "misspelling")), Outcome.FALSE_ALARM),
        (HONEST, result("incomplete"), Outcome.NOT_READ),
        (BROKEN, result("incomplete"), Outcome.RIGHT),
        (BROKEN, result("clear"), Outcome.NOT_READ),
    ],
)
def test_outcomes(expected: dict[str, object], found: dict[str, object] | None, outcome: Outcome) -> None:
    assert Line(expected, "a title", found).outcome is outcome


def test_misses_are_shown_as_misses(tmp_path: Path) -> None:
    catalogue = [{"id": "D1", "title": "Vel\u200bmora [shoe]"}, {"id": "D2", "title": "mug"}]
    expected = [{**ABUSE, "tactic": "x"}, {**HONEST, "listing_id": "D2", "tactic": "y"}]
    results = [result("clear"), {**result("flag", case("velmora", "misspelling")), "listing_id": "D2"}]
    for name, rows in (("catalogue", catalogue), ("expected", expected), ("results", results)):
        (tmp_path / name).write_text("\n".join([*map(json.dumps, rows), "{broken"]), encoding="utf-8")
    printed = io.StringIO()
    lines = read_lines(*(tmp_path / name for name in ("catalogue", "expected", "results")))
    print_report(Console(file=printed, width=140), lines)
    text = printed.getvalue()
    assert "Vel⟨U+200B⟩mora [shoe]" in text
    assert "0 of 1 abuses found" in text
    assert "1 missed" in text
    assert "0 of 1 honest listings left alone, 1 flagged wrongly" in text
