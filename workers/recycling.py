"""A pool of processes each of which is replaced when it has grown far above what it needs: what leaks in
native code is given back, and no task is cut off.
"""

from collections.abc import Callable
from typing import Any

import psutil
from billiard.pool import EX_RECYCLE
from celery.concurrency import asynpool, prefork

SETTLED = 20
"""Tasks after which a process has loaded what it works with."""
_GROWTH = 2**30
"""Bytes above that, or half of it where that is more, which models that are loaded later stay within."""


class Baseline:
    """What one process needed when it had settled, and whether it has outgrown that."""

    def __init__(self) -> None:
        self._tasks = 0
        self._settled = 0

    def outgrown(self, used: int) -> bool:
        """To be asked after each task, with the bytes that the process uses."""
        self._tasks += 1
        if self._tasks <= SETTLED:
            self._settled = max(self._settled, used)
            return False
        return used > self._settled + max(_GROWTH, self._settled // 2)


class Child(asynpool.Worker):  # type: ignore[misc]
    """Looks at itself between two tasks, when the first one's result is out and the next one isn't taken."""

    wait_for_job: Callable[[], Any]

    def _make_child_methods(self, *arguments: Any, **named: Any) -> None:
        super()._make_child_methods(*arguments, **named)
        self.wait_for_job = _between(self.wait_for_job, psutil.Process())


def _between(wait_for_job: Callable[[], Any], process: psutil.Process) -> Callable[[], Any]:
    baseline, worked = Baseline(), False

    def next_job() -> Any:
        nonlocal worked
        if worked and baseline.outgrown(process.memory_info().rss):
            raise SystemExit(EX_RECYCLE)
        job = wait_for_job()
        worked = bool(job)
        return job

    return next_job


class _Pool(asynpool.AsynPool):  # type: ignore[misc]
    Worker = Child


class TaskPool(prefork.TaskPool):  # type: ignore[misc]
    """Celery's own of processes, with such children."""

    Pool = _Pool
