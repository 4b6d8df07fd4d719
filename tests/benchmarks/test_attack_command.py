"""`detector attack`: curves, a page and the worst misses, or a sentence that says what stands in the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workers.cli import main
from workers.demo.brands import LOOKS
from workers.demo.pictures import write_logos

ACME = {"id": "acme", "name": "Brontelli", "categories": ["Bags"]}


def brands(folder: Path, *some: dict[str, object]) -> Path:
    file = folder / "brands.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in some))
    return file


def detector(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    own = {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "COLUMNS": "110",
        "DETECTOR_HOME": str(folder / "home"),
    }
    return subprocess.run(
        [sys.executable, "-m", "workers.cli", *map(str, words)],
        capture_output=True, text=True, env=os.environ | own, cwd=folder, timeout=600, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_a_brand_of_a_file_is_attacked_by_its_mark(tmp_path: Path) -> None:
    write_logos(LOOKS["brontelli"], tmp_path / "logos")
    file = brands(tmp_path, ACME | {"logos": ["logos/emblem.svg"]}, {"id": "other", "name": "Velmora"})
    words = ("attack", "acme", "--brands", file, "--only", "mark small", "--each-picture", 1)
    done = detector(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert "the mark small" in done.stdout
    out = tmp_path / "attacked" / "acme"
    curves = json.loads((out / "curves.json").read_text())
    [curve] = curves["attacks"]
    assert curve["points"][0]["found"]["share"] == 1
    assert curve["points"][0]["flagged_twins"]["total"] == 1


@pytest.mark.slow
def test_a_brand_of_the_registry_is_attacked_as_if_it_were_live(tmp_path: Path) -> None:
    file = brands(tmp_path, ACME)
    (tmp_path / "nowhere").mkdir()
    done = detector(tmp_path, "brands", "import", file, "--state", "shadow")
    assert done.returncode == 0, done.stderr
    done = detector(tmp_path, "attack", "acme", "--each", 2, "--json", "--no-pictures")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {one["lacks"] for one in told["not_made"]} == {"a price floor"}
    found = {one["attack"]: one["points"][0]["found"]["share"] for one in told["attacks"]}
    assert found["look-alike letters"] == 1
    nowhere = detector(tmp_path / "nowhere", "attack", "acme")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "there is no registry yet: name the brands with --brands PATH" in nowhere.stderr
    assert not (tmp_path / "nowhere" / "home").exists()
    unknown = detector(tmp_path, "attack", "nobody")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "nobody" in unknown.stderr
    assert "Traceback" not in unknown.stderr


WRONG = {
    "an unknown brand": (["nobody"], "holds no brand with the id 'nobody'; it holds acme, arabic, chinese"),
    "no such attack": (
        ["acme", "--only", "telepathy"], "no attack has 'telepathy' in its name; there are: mistyped",
    ),
    "a brand without what the attack needs": (
        ["acme", "--only", "the mark"], "would need a mark among its logos",
    ),
    "a name that can't be attacked in words": (
        ["chinese", "--no-pictures"], "would need a name in Latin letters, of four or more; add it",
    ),
    "too many": (["acme", "--each", "0"], "--each must be 1 to 200"),
    "a file in the way": (["acme", "--out", "brands.jsonl"], "brands.jsonl: is a file"),
    "a folder of something else": (["acme", "--out", "."], "holds something else"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_stands_in_the_way_is_said_in_a_sentence(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words, said = WRONG[what]
    brands(tmp_path, ACME, {"id": "arabic", "name": "أكمي"}, {"id": "chinese", "name": "布隆泰利"})
    monkeypatch.chdir(tmp_path)
    assert main(["attack", *words, "--brands", "brands.jsonl"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
