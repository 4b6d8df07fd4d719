"""The promises that the whole house keeps."""

import subprocess
import sys
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "paddle",
    "paddleocr",
    "cv2",
    "pyarrow",
    "onnxruntime",
)


def test_the_text_path_loads_no_model_library() -> None:
    code = f"""
import sys, workers.cli
from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
Judge([Brand(id="acme", name="Acmera")]).judge(Listing(id="1", title="Acrnera shoes"))
print(*sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


@pytest.mark.slow
def test_reading_pictures_loads_no_torch() -> None:
    code = """
import sys
from detector.image.options import OcrOptions
from detector.image.paddle import paddle_engines
paddle_engines(OcrOptions())
print(*sorted({"torch", "transformers", "modelscope"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


def _name(requirement: str) -> str:
    return canonicalize_name(Requirement(requirement).name)


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(r for extra in project["optional-dependencies"].values() for r in extra),
    ]
    pinned = {
        _name(line) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if "==" in line
    }
    assert {_name(requirement) for requirement in asked} - pinned == set()


@pytest.mark.parametrize("room", ["detector", "brand_registry", "review", "workers", "storage", "benchmarks"])
def test_modules_stay_small(room: str) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in (ROOT / room).rglob("*.py")}
    assert {str(path): n for path, n in lengths.items() if n > 400} == {}


def test_every_pin_can_be_had_on_the_oldest_python_that_is_promised() -> None:
    """A pin that wants a later one has pip look for another way for hours, and never find one."""
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    oldest = f"{promised.removeprefix('>=')}.0"
    wanting = []
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        pin = Requirement(line)
        with suppress(PackageNotFoundError):
            there = distribution(pin.name)
            wants = there.metadata["Requires-Python"]
            if pin.specifier.contains(there.version) and wants and oldest not in SpecifierSet(wants):
                wanting.append(f"{line} wants Python {wants}")
    assert wanting == []
