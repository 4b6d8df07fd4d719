"""What threads ask for at the same time is there before they start."""

import subprocess
import sys

import pytest

_LATE = """
import importlib, pkgutil
from storage.database import Base

mappers = list(Base.registry.mappers)
unready = {mapper.class_.__name__ for mapper in mappers if not mapper.configured}
for room in ("brand_registry", "review", "workers"):
    for module in pkgutil.walk_packages(importlib.import_module(room).__path__, room + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
late = {mapper.class_.__name__ for mapper in set(Base.registry.mappers) - set(mappers)}
print(len(mappers), "unready", sorted(unready), "late", sorted(late))
"""
_WORKER = "from workers.app import app; app.loader.import_default_modules()"
_SERVER = """
from storage.blobs import blobs
from storage.database import Database
from workers.serve import composed
composed(Database("sqlite://"), blobs())
"""


@pytest.mark.slow
@pytest.mark.parametrize("start", [_WORKER, _SERVER], ids=["a worker", "the server"])
def test_no_table_comes_later(start, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path))
    told = subprocess.run(
        [sys.executable, "-c", start + _LATE], capture_output=True, text=True, check=True
    ).stdout.splitlines()[-1]
    count, _, found = told.partition(" ")
    assert found == "unready [] late []"
    assert int(count) > 60
