"""`detector attack`: curves, a page and the worst misses, or a sentence that says what stands in the way."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.settings import settings
from workers.cli import main
from workers.demo.brands import LOOKS
from workers.demo.pictures import write_logos

ACME = {"id": "acme", "name": "Brontelli", "categories": ["Bags"]}


def brands(folder: Path, *some: dict[str, object]) -> Path:
    file = folder / "brands.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in some))
    return file


@pytest.mark.slow
def test_a_brand_of_a_file_is_attacked_by_its_mark(tmp_path: Path) -> None:
    write_logos(LOOKS["brontelli"], tmp_path / "logos")
    file = brands(tmp_path, ACME | {"logos": ["logos/emblem.svg"]}, {"id": "other", "name": "Velmora"})
    words = ("attack", "acme", "--brands", file, "--only", "mark small", "--each-picture", 1)
    done = on_one_processor(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert "the mark small" in done.stdout
    out = tmp_path / "attacked" / "acme"
    curves = json.loads((out / "curves.json").read_text())
    [curve] = curves["attacks"]
    assert curve["points"][0]["found"]["share"] == 1
    assert curve["points"][0]["flagged_twins"]["total"] == 1


def on_one_processor(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """A process for each processor would load every model anew, for ten pictures."""
    own = {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "COLUMNS": "110",
        "DETECTOR_HOME": str(folder / "home"),
    }
    command = [sys.executable, "-c", _ON_ONE, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | own, cwd=folder, timeout=600, check=False
    )


_ON_ONE = """
import os, sys
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
from workers.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place without a registry, in which the command is run by this very process."""
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield tmp_path / "home"
    settings.cache_clear()
    for number, handler in before.items():  # a command lets go of them at its end
        signal.signal(number, handler)


def test_without_a_registry_none_is_made(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attack", "acme"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "there is no registry yet: name the brands with --brands PATH" in said.err
    assert not home.exists()


@pytest.mark.slow
def test_a_brand_of_the_registry_is_attacked_as_if_it_were_live(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["brands", "import", str(brands(tmp_path, ACME)), "--state", "shadow"]) == 0
    capsys.readouterr()
    assert main(["attack", "acme", "--only", "mistyped", "--each", "1", "--json", "--no-pictures"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["attack"]: one["lacks"] for one in told["not_made"]} == {
        "mistyped once, and cheap": "a price floor"
    }
    found = {one["attack"]: one["points"][0]["found"]["share"] for one in told["attacks"]}
    assert found == {"mistyped": 1}
    assert main(["attack", "nobody"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "nobody" in said.err


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
