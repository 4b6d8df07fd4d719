"""Parts of catalogues' files as a task."""

from functools import cache
from multiprocessing import current_process
from typing import Any

from storage.blobs import blobs
from workers.opened import database
from workers.tasks.graph import Step, step

_LONG = 4 * 3600
"""Seconds that it may take: before the first part of a scan all pictures of its brands are read."""


@cache
def _doing() -> Any:
    from workers.spread.doing import Doing

    return Doing(database(), blobs())


@step("scan_part", soft_time_limit=_LONG - 60, time_limit=_LONG)
def scan_part(self: Step, numbers: list[int]) -> None:
    # Celery's processes are marked as such that may have no children, lest those outlive them; the one that
    # reads and judges ends by itself when nobody is at the other end of its pipe.
    current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    _doing().do(numbers, self.again())
