"""Rescans as tasks."""

from functools import cache

from storage.blobs import blobs
from workers.opened import database
from workers.rescans.judging import Foci
from workers.tasks.graph import Step, judges, step


@cache
def _foci() -> Foci:
    return Foci()


@step("rescan")
def rescan(self: Step, numbers: list[int]) -> None:
    from workers.rescans.working import rescan as rescan_now

    rescan_now(database(), blobs(), judges(), numbers, self.again(), foci=_foci())


@step("move_rescans")
def move_rescans(_: Step) -> None:
    from workers.registry.current import current_revision
    from workers.rescans.working import move_on

    move_on(database(), current_revision())
