"""`detector fit`: new weights from decided cases, or the old ones untouched and a sentence."""

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from detector.result import Reason
from detector.scoring import probability
from detector.weights import default_weights, read_weights
from workers.cli import main


def decisions(count: int = 300, seed: int = 1) -> list[dict[str, Any]]:
    """Lines as `detector decisions export` writes them."""
    dice = Random(seed)
    rows = []
    for number in range(count):
        score = round(dice.random(), 3)
        rows.append(
            {
                "decision": number,
                "brand": f"brand {number % 30}",
                "infringing": dice.random() < probability(8 * score - 4),
                "evidence": [{"kind": "logo", "where": "image:0", "score": score, "asset": "mark.svg"}],
                "qualifiers": [{"kind": "compatible_with", "where": "title", "found": "for"}],
                "listing": {"id": f"L{number}", "title": "Shoes"},
                "versions": {"detector": "0.1.0"},
            }
        )
    return rows


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path


def test_decided_cases_give_weights_with_their_provenance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = written(tmp_path / "decided.jsonl", decisions()), tmp_path / "weights.json"
    assert main(["fit", str(file), "--out", str(out)]) == 0
    told = read_weights(out).provenance
    assert told["data"] == {"decisions": ["decided.jsonl"], "composed": False}
    assert sum(told["cases"].values()) == 300
    assert "fitted on 300 cases" in capsys.readouterr().out


def test_reasons_are_calibrated_alone_and_the_weights_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sure = decisions()
    for row in sure:
        row["qualifiers"] = []
        row["evidence"][0]["score"] = 0.55 if row["infringing"] else 0.4
    file, out = written(tmp_path / "decided.jsonl", sure), tmp_path / "weights.json"
    assert main(["fit", str(file), "--calibrate", "--out", str(out)]) == 0
    made, before = read_weights(out), default_weights()
    assert (made.base, made.reasons, made.qualifiers) == (before.base, before.reasons, before.qualifiers)
    assert made.by_reason[Reason.LOGO].above > 2
    assert made.provenance["by reason"]["data"] == {"decisions": ["decided.jsonl"], "composed": False}
    assert made.provenance["cases"] == before.provenance["cases"]
    assert "logo, above what flags" in capsys.readouterr().out


CHANGED: dict[str, tuple[Any, str]] = {
    "ten": (lambda rows: rows[:10], "too few to fit on"),
    "one label": (lambda rows: [row | {"infringing": False} for row in rows], "are not infringing"),
    "both labels": (
        lambda rows: [*rows, rows[0] | {"infringing": not rows[0]["infringing"]}],
        "labelled both infringing and not",
    ),
    "an unknown reason": (
        lambda rows: [rows[0] | {"evidence": [{"kind": "aura", "where": "title", "score": 1}]}],
        "line 1: evidence.0.kind is none of those that are known here, .* by this version",
    ),
    "a score beyond 1": (
        lambda rows: [rows[0] | {"evidence": [{"kind": "logo", "where": "image:0", "score": 7}]}],
        "line 1: evidence.0.score",
    ),
    "something else": (
        lambda rows: [{"hello": 1}],
        "line 1: brand is missing; infringing is missing; evidence is missing; and 1 more; name a file that",
    ),
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_cannot_be_fitted_on_leaves_the_weights_as_they_were(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = CHANGED[what]
    file, out = written(tmp_path / "decided.jsonl", change(decisions())), tmp_path / "weights.json"
    out.write_text("the last good ones")
    assert main(["fit", str(file), "--out", str(out)]) in {1, 2}
    assert out.read_text() == "the last good ones"
    assert [each.name for each in tmp_path.iterdir() if "partial" in each.name] == []
    error = capsys.readouterr().err
    assert re.search(said, error), error
    assert "Traceback" not in error


def test_a_score_that_is_nan_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = json.dumps(decisions(1)[0]).replace('"score": 0.134', '"score": NaN')
    file = tmp_path / "decided.jsonl"
    file.write_text(rows)
    assert main(["fit", str(file), "--out", str(tmp_path / "w.json")]) == 2
    assert "decided.jsonl, line 1: evidence.0.score must be a finite number" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "w.json"], "fit on what?"),
        (
            ["none.jsonl", "--out", "w.json"],
            "none.jsonl: cannot be read (No such file or directory); name",
        ),
        (["--data", "nowhere", "--out", "w.json"], "nowhere: is no folder"),
        (["--data", ".", "--out", "no/such/w.json"], "cannot be written"),
    ],
)
def test_wrong_words_are_told(
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["fit", *words]) == 2
    assert said in capsys.readouterr().err
