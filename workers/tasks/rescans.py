"""Rescans as tasks."""

from functools import cache
from typing import Any

import structlog

from storage.blobs import blobs
from storage.settings import settings
from workers.opened import database
from workers.shards.store import shard_store
from workers.tasks.graph import Step, judges, step

_log = structlog.get_logger()


@cache
def _rescanner() -> Any:
    from workers.rescans.working import Rescanner

    return Rescanner(database(), blobs(), judges(), shard_store())


def _sealer() -> Any:
    from workers.shards.sealing import Sealer

    return Sealer(database(), blobs(), shard_store(), settings().home / "shards.lock")


@step("rescan")
def rescan(self: Step, numbers: list[int]) -> None:
    _rescanner().rescan(numbers, self.again())


@step("estimate")
def estimate(_: Step, numbers: list[int]) -> None:
    from workers.graph.judges import SnapshotJudges
    from workers.registry.current import publish
    from workers.rescans.estimating import estimate_of

    # With what has just changed: the snapshot before it would tell of nothing, as would one held since then.
    publish(database(), wait=True)
    for number in numbers:
        estimate_of(database(), blobs(), SnapshotJudges(database()), number)


@step("move_rescans")
def move_rescans(_: Step) -> None:
    from workers.registry.current import current_revision
    from workers.rescans.working import move_on

    move_on(database(), current_revision())


@step("seal")
def seal(_: Step) -> None:
    made = _sealer().seal()
    if made:
        _log.info("shards made", count=made)


@step("compact")
def compact(_: Step) -> None:
    made = _sealer().compact()
    if made:
        _log.info("shards joined", count=made)
