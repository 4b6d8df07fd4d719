"""Rescans as tasks."""

from functools import cache
from typing import Any

import structlog

from storage.blobs import blobs
from storage.settings import settings
from workers.opened import database
from workers.shards.store import shard_store
from workers.tasks.graph import LONG, Step, judges, may_have_children, step

_COMPARED = 500
"""Listings that are judged twice when a model has read everything: with their pictures, and within a task."""
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


@step("estimate", soft_time_limit=LONG - 60, time_limit=LONG)
def estimate(_: Step, numbers: list[int]) -> None:
    from workers.graph.judges import SnapshotJudges
    from workers.registry.current import publish
    from workers.rescans.estimating import estimate_of
    from workers.rescans.model import compare_with
    from workers.rescans.moving import known
    from workers.rescans.tables import Kind

    may_have_children()
    # With what has just changed: the snapshot before it would tell of nothing, as would one held since then.
    publish(database(), wait=True)
    of_the_newest = SnapshotJudges(database())
    for number in numbers:
        with database().reading() as session:
            kind = known(session, number).kind
        if kind == Kind.MODEL:
            compare_with(database(), number, _COMPARED)
        else:
            estimate_of(database(), blobs(), of_the_newest, number)


@step("switch", soft_time_limit=LONG - 60, time_limit=LONG)
def switch(_: Step, numbers: list[int]) -> None:
    from workers.rescans.model import switch_to

    may_have_children()
    for number in numbers:
        _log.info("switched to another model", rescan=number, readings=switch_to(database(), number))


@step("read_next")
def read_next(self: Step, numbers: list[int]) -> None:
    from workers.registry.current import current_revision
    from workers.rescans.rereading import read_next as read_now
    from workers.rescans.working import move_some

    move_some(database(), read_now(database(), blobs(), numbers, self.again()), current_revision())


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
