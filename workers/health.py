"""Whether workers do anything, and whether what they judge with is there and fresh. That a process runs says
neither.
"""

import time
from dataclasses import dataclass
from threading import Lock
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import func, select

from brand_registry.changes import Change
from brand_registry.snapshots.folder import snapshots
from brand_registry.snapshots.manifest import BadSnapshot, NoSnapshot, read_manifest
from brand_registry.web.asking import TheDatabase
from brand_registry.web.rendering import Part
from storage.database import Database
from storage.errors import StorageError
from workers.graph.claims import now
from workers.graph.telling import beating
from workers.registry.current import looked_at_anew
from workers.status import dead, since

_RECENT = 1.0
_STALE = 600.0
"""Seconds that a change of the registry may wait for its snapshot."""


def health_part() -> Part:
    """`/live` and `/ready` of the web's process, open to all, so that they tell no numbers."""
    router = APIRouter(include_in_schema=False)
    recent = Recent()

    @router.get("/live")
    def live() -> dict[str, str]:
        return {"status": "up"}

    @router.get("/ready")
    def is_ready(database: TheDatabase) -> JSONResponse:
        health = recent.ready(database)
        return JSONResponse({"ready": not health.wrong}, 503 if health.wrong else 200)

    return Part(router)


@dataclass(frozen=True, slots=True)
class Health:
    """`wrong` is empty where all is well; `told` has the numbers."""

    wrong: list[str]
    told: dict[str, Any]


class Recent:
    """Looks once a second at most, however many ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0
        self._health = Health([], {})

    def ready(self, database: Database) -> Health:
        with self._lock:
            if time.monotonic() >= self._until:
                self._health = ready(database)
                self._until = time.monotonic() + _RECENT
            return self._health


def alive(database: Database, queues: tuple[str, ...]) -> Health:
    """Of a worker for these queues: does work wait that it does nothing about?"""
    try:
        stands = beating(database)
    except StorageError as error:
        # It can't be helped by starting this process anew.
        return Health([], {"database": str(error)})
    silent = [queue for queue in dead(stands) if queue in queues]
    finished = {queue: since(at) for queue, at in stands.pulses.items() if queue in queues}
    wrong = [f"work waits in {queue}, and nothing was finished for a minute" for queue in silent]
    return Health(wrong, {"seconds since anything was finished": finished})


def ready(database: Database) -> Health:
    """Of the whole: database, broker, workers and snapshot."""
    try:
        stands = beating(database)
        wrong = [f"work waits in {queue}, and nothing was finished for a minute" for queue in dead(stands)]
        if stands.queues is None:
            wrong.append("the broker does not answer")
        told: dict[str, Any] = {
            "seconds since anything was finished": {queue: since(at) for queue, at in stands.pulses.items()}
        }
        wrong += _snapshot(database, told)
    except StorageError as error:
        return Health([str(error)], {})
    return Health(wrong, told)


def _snapshot(database: Database, told: dict[str, Any]) -> list[str]:
    try:
        manifest = read_manifest(snapshots().current())
    except (NoSnapshot, BadSnapshot) as error:
        return [str(error)]
    told["snapshot"] = {"name": manifest.name, "age in seconds": (now() - manifest.made_at).total_seconds()}
    if (anew := looked_at_anew(database)) is not None:  # the registry's changes wait for it
        told["snapshot"]["looked at anew"] = anew
        return []
    with database.reading() as session:
        behind = session.scalar(select(func.min(Change.at)).where(Change.revision > manifest.revision))
    waited = since(behind.replace(tzinfo=behind.tzinfo or now().tzinfo) if behind else None) or 0.0
    return [f"the registry changed {waited:,.0f} s ago, and no snapshot has it"] if waited > _STALE else []
