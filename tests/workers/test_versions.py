"""What every result says of its makers."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from brand_registry import weighing
from detector.weights import as_json, default_weights
from storage.settings import settings_with
from workers import judges
from workers.judges import judge_from


def settings_of(folder: Path, *, pictures: bool = True) -> str:
    return judge_from(folder, pictures)[1]["settings"]


@pytest.fixture
def brands(tmp_path: Path) -> Path:
    (tmp_path / "brands.jsonl").write_text(json.dumps({"id": "acme", "name": "Acme"}))
    return tmp_path / "brands.jsonl"


def test_the_same_settings_have_the_same_version(brands: Path) -> None:
    assert settings_of(brands) == settings_of(brands)


def test_without_pictures_a_result_is_another(brands: Path) -> None:
    assert settings_of(brands, pictures=False) != settings_of(brands)


def test_another_way_of_reading_pictures_is_another_version(
    brands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, without = settings_of(brands), settings_of(brands, pictures=False)
    monkeypatch.setattr(judges, "PLAN_VERSION", "passes-999")
    assert settings_of(brands) != before
    assert settings_of(brands, pictures=False) == without


def test_other_weights_find_the_same_and_another_way_of_reading_does_not(
    brands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = default_weights()
    first = judges.versions_for("r1-0", "reads", known)
    heavier = judges.versions_for("r2-0", "reads", replace(known, base=known.base + 1))
    assert first["settings"] != heavier["settings"]
    assert judges.finds_the_same(first, heavier)
    assert not judges.finds_the_same(first, judges.versions_for("r1-0", "reads otherwise", known))
    monkeypatch.setattr(judges, "code_digest", lambda: "another")
    assert not judges.finds_the_same(first, judges.versions_for("r1-0", "reads", known))
    assert not judges.finds_the_same({}, first)


@pytest.mark.slow
def test_what_a_reference_holds_is_part_of_the_registrys_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "brands.jsonl").write_text(json.dumps({"id": "acme", "name": "Acme", "images": ["a.png"]}))

    def registry(*, pictures: bool = True) -> str:
        return judge_from(tmp_path / "brands.jsonl", pictures)[1]["registry"]

    gone, without = registry(), registry(pictures=False)
    versions = [gone]
    for colours in ([0, 255], [255, 0], [0, 255]):
        halves = Image.new("L", (100, 100), colours[0])
        halves.paste(colours[1], (20, 30, 60, 90))
        halves.save(tmp_path / "a.png")
        versions.append(registry())
    assert versions[1] == versions[3]
    assert len(set(versions)) == 3
    assert registry(pictures=False) == without
    assert "acme: a.png is not compared with: the file is not there" in capsys.readouterr().err


def test_weights_of_another_version_are_told_once_and_those_that_ship_judge(
    brands: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "weights.json"
    file.write_text(json.dumps(as_json(default_weights()) | {"table": "scores-0"}))
    monkeypatch.setattr(weighing, "settings", lambda: settings_with({"weights": file}))
    judge, _ = judge_from(brands)
    assert as_json(judge.weights) == as_json(default_weights())
    told = capsys.readouterr().err
    assert told.count("another version") == 1
    assert "judging goes on with the weights that ship" in told
