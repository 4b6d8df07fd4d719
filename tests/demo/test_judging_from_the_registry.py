"""`detector scan` and `check` without --brands, in processes of their own."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo.few import MET, PICTURED, few_brands, few_listings, found_in, rows_of

pytestmark = pytest.mark.slow

DETECTOR = [sys.executable, "-m", "workers.cli"]


@pytest.fixture
def detector(tmp_path):
    """Runs the command with a home of its own, and gives what it printed."""
    home = {"DETECTOR_HOME": str(tmp_path / "home"), "COLUMNS": "80"}
    environment = os.environ | home | {"PYTHONPATH": str(Path(__file__).parents[2])}

    def run(*words, status=0):
        done = subprocess.run(
            [*DETECTOR, *map(str, words)], capture_output=True, text=True, env=environment, check=False
        )
        assert done.returncode == status, done.stderr
        return done.stdout, done.stderr

    return run


def test_the_registry_says_what_the_files_say(detector, market, tmp_path) -> None:
    brands = few_brands(market, tmp_path / "brands")
    catalogue = tmp_path / "few.jsonl"
    shutil.copytree(market.folder / "images", tmp_path / "images")
    catalogue.write_text("".join(json.dumps(row) + "\n" for row in few_listings(market)))
    detector("scan", catalogue, "--brands", brands, "--out", tmp_path / "files.jsonl")
    _, imported = detector("brands", "import", brands)
    assert re.search(r"new +11 *\n", imported), imported
    _, said = detector("scan", catalogue, "--out", tmp_path / "registry.jsonl")
    pictures = sum(PICTURED.values()) + 2
    assert f"building a snapshot of the registry: 11 brands, {pictures} pictures to be looked at" in said
    assert "2 pictures are not compared with" in said
    files, registry = rows_of(tmp_path / "files.jsonl"), rows_of(tmp_path / "registry.jsonl")
    for one, other in zip(files, registry, strict=True):
        ours, theirs = one.pop("versions"), other.pop("versions")
        assert one == other
        # Of what made the results only the registry has another name: of brand files it is their digest.
        assert {**ours, "registry": ""} == {**theirs, "registry": ""}
        assert theirs["registry"].startswith("r")
    assert set().union(*map(found_in, registry)) == MET
    shown = next(one for one in registry if any("asset" in e for c in one["cases"] for e in c["evidence"]))
    explained, _ = detector("check", catalogue, "--id", shown["listing_id"], "--out", tmp_path / "checked")
    assert "Pictures with boxes" in explained
    assert "not drawn" not in explained
    assert list((tmp_path / "checked").glob("image-*-*.png"))


def test_a_registry_that_changed_is_caught_up_with(detector, tmp_path) -> None:
    catalogue = tmp_path / "c.jsonl"
    catalogue.write_text('{"id": "1", "title": "Betam0ra watch strap"}\n')
    brands = tmp_path / "b.jsonl"
    _, said = detector("scan", catalogue, status=2)
    assert "holds no brand that is judged with yet: bring some in with" in said.casefold()
    brands.write_text('{"id": "acme", "name": "Acmelux"}')
    detector("brands", "import", brands)
    first, said = detector("scan", catalogue)
    assert "building a snapshot of the registry: 1 brand," in said
    assert json.loads(first)["verdict"] == "clear"
    _, said = detector("scan", catalogue)
    assert "building" not in said
    brands.write_text('{"id": "beta", "name": "Betamora"}')
    detector("brands", "import", brands)
    second, said = detector("scan", catalogue)
    assert json.loads(second)["verdict"] == "flag"
    listed, _ = detector("snapshot", "list")
    assert [line.split()[0][:2] for line in listed.splitlines()] == ["r2", "r1"]
    assert json.loads(second)["versions"]["registry"] == listed.split()[0]
    assert "(current)" in listed.splitlines()[0]
    sound, _ = detector("snapshot", "verify")
    assert sound.startswith("sound: r2-")
    _, said = detector("snapshot", "verify", "r9-nothing", status=2)
    assert "there is no snapshot 'r9-nothing'" in said
    removed, _ = detector("snapshot", "prune")
    assert removed.startswith("removed r1-")
    built, _ = detector("snapshot", "build")
    assert built.startswith("up to date: r2-")
