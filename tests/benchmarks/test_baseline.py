"""No change makes the detector worse unseen: its figures on generated data against those that are frozen."""

import csv
import json
from pathlib import Path

import pytest

from benchmarks import baseline
from benchmarks.baseline import Frozen, baseline_file, changes, measured, read, write
from benchmarks.generated import write_data
from detector.errors import UnreadableInput
from workers.cli import main

FOUND = Frozen(0.9, (0.85, 0.94), 200, at_most=False)
FLAGGED = Frozen(0.01, (0.003, 0.036), 200, at_most=True)


@pytest.mark.slow
def test_no_figure_fell_beyond_the_interval_that_was_frozen_with_it() -> None:
    fell = [str(one) for one in changes(read(baseline_file()), measured()) if one.fell]
    assert not fell, "\n".join([*fell, "if this is meant, `detector evaluate --freeze` freezes it anew"])


@pytest.mark.parametrize(
    ("before", "share", "fell", "said"),
    [
        (FOUND, 0.9, None, ""),
        (FOUND, 0.86, False, "90.00% (85.00% to 94.00%) before, 86.00% now, worse"),
        (FOUND, 0.84, True, "84.00% now, worse, beyond its interval"),
        (FOUND, 1.0, False, "100.00% now, better"),
        (FLAGGED, 0.03, False, "3.00% now, worse"),
        (FLAGGED, 0.04, True, "4.00% now, worse, beyond its interval"),
        (FLAGGED, 0.0, False, "0.00% now, better"),
    ],
)
def test_a_figure_may_move_within_its_interval(
    before: Frozen, share: float, fell: bool | None, said: str
) -> None:
    now = Frozen(share, before.interval, 200, before.at_most)
    found = changes({"figure": before}, {"figure": now})
    assert [one.fell for one in found] == ([] if fell is None else [fell])
    assert all(str(one).startswith("figure: ") and str(one).endswith(said) for one in found)


def test_a_figure_that_is_gone_fell_and_a_new_one_did_not() -> None:
    gone, new = changes({"old": FOUND}, {"new": FLAGGED})
    assert (str(gone), gone.fell) == ("old: is gone", True)
    assert (str(new), new.fell) == ("new: new, 1.00%", False)


def test_freezing_says_what_changed_and_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "baseline.json"
    write({"found": FOUND, "flagged": FLAGGED}, file)
    worse = {"found": Frozen(0.5, (0.4, 0.6), 200, at_most=False), "flagged": FLAGGED}
    monkeypatch.setattr(baseline, "baseline_file", lambda: file)
    monkeypatch.setattr(baseline, "measured", lambda: worse)
    assert main(["evaluate", "--baseline"]) == 1
    assert "2 figures: 1 changed, 1 fell" in capsys.readouterr().out
    assert main(["evaluate", "--freeze"]) == 0
    assert "found: 90.00% (85.00% to 94.00%) before, 50.00% now" in capsys.readouterr().out
    assert read(file) == worse
    assert set(json.loads(file.read_text())) == {"detector", "day", "figures"}
    assert main(["evaluate", "--baseline"]) == 0


@pytest.mark.parametrize("content", ["", "{}", '{"figures": {"a": {"share": "high"}}}', "[]"])
def test_a_baseline_that_holds_something_else_is_told(content: str, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(content)
    with pytest.raises(UnreadableInput, match=r"holds no frozen figures; freeze them anew with .*--freeze"):
        read(file)


def test_generated_data_is_the_same_each_time_and_of_the_layout_of_the_real(tmp_path: Path) -> None:
    first, second = write_data(tmp_path / "a"), write_data(tmp_path / "b")
    names = ["text/titles.csv", "text/imitations.csv", "listings/listings.jsonl"]
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes()
    with (first / names[0]).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(rows[0]) == {"title", "brand"}
    assert 0.5 < sum(bool(row["brand"]) for row in rows) / len(rows) < 0.8
