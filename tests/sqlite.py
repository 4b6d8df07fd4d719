"""SQLite databases that needn't be migrated."""

import os
import shutil
from functools import cache
from pathlib import Path

import pytest

from storage.database import Database

on_sqlite = pytest.mark.parametrize("kind_of_database", ["sqlite"], indirect=True)
"""For dear tests of what lies beside or above the database, where another one changes nothing."""


def migrated_sqlite(folder: Path) -> str:
    """The address of a new database of today's schema, in a file of this folder."""
    shutil.copyfile(_migrated(), folder / "detector.sqlite")
    return f"sqlite:///{folder / 'detector.sqlite'}"


@cache
def _migrated() -> Path:
    file = Path(os.environ["DETECTOR_HOME"], "migrated.sqlite")
    Database(f"sqlite:///{file}").close()
    return file
