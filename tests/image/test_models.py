"""Where the weights of OCR models come from."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from detector.cache import cache_folder
from detector.image.models import ModelMissing, model_folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("model", ["tiny", "small"])
@pytest.mark.parametrize("part", ["det", "rec"])
def test_packaged_models_are_laid_out(cache: Path, model: str, part: str) -> None:
    folder = model_folder(model, part)
    assert folder.is_relative_to(cache)
    assert {path.name for path in folder.iterdir()} == {"inference.onnx", "inference.yml"}
    assert (folder / "inference.onnx").stat().st_size > 1_000_000


def test_many_start_at_once(cache: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: model_folder("tiny", "det"), range(32)))
    assert len(folders) == 1
    assert [path.name for path in cache_folder().iterdir()] == [folders.pop().name]


def test_a_dead_link_is_laid_out_again(cache: Path) -> None:
    folder = model_folder("tiny", "rec")
    (folder / "inference.onnx").unlink()
    (folder / "inference.onnx").symlink_to("/nowhere/at/all")
    assert (model_folder("tiny", "rec") / "inference.onnx").is_file()


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "inference.yml").touch()
    assert model_folder(tmp_path, "det") == tmp_path


def test_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no OCR model at"):
        model_folder(tmp_path / "absent", "det")
