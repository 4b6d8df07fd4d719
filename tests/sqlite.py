"""SQLite databases that needn't be migrated."""

import os
import shutil
from functools import cache
from pathlib import Path

from storage.database import Database


def migrated_sqlite(folder: Path) -> str:
    """The address of a new database of today's schema, in a file of this folder."""
    shutil.copyfile(_migrated(), folder / "detector.sqlite")
    return f"sqlite:///{folder / 'detector.sqlite'}"


@cache
def _migrated() -> Path:
    file = Path(os.environ["DETECTOR_HOME"], "migrated.sqlite")
    Database(f"sqlite:///{file}").close()
    return file
