"""What every result says of its makers."""

import json
from pathlib import Path

import pytest

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
