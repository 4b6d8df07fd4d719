"""What can be asked of workers; each task calls a plain function of `workers.graph`."""

from functools import cache
from typing import Any

import structlog
from celery import Task

from storage.errors import StorageError
from workers.app import app
from workers.graph.pulse import Pulses
from workers.opened import database

_log = structlog.get_logger()


@cache
def _pulses() -> Pulses:
    return Pulses()


class Step(Task):  # type: ignore[misc]
    """A task whose failures are the database's business, not Celery's."""

    def __call__(self, *arguments: Any) -> None:
        try:
            super().__call__(*arguments)
            _pulses().beat(database(), (self.request.delivery_info or {}).get("routing_key") or "sweep")
        except StorageError as error:
            # What was claimed is claimed again when its time is up.
            _log.warning("not done, as storage fails", task=self.name, why=str(error))


@app.task(name="sweep", base=Step)  # type: ignore[untyped-decorator]
def sweep() -> None:
    from workers.graph.sweeping import sweep as sweep_now

    found = {kind: count for kind, count in sweep_now(database()).items() if count}
    if found:
        _log.info("given out anew", **found)
