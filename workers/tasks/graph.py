"""What can be asked of workers; each task calls a plain function of `workers.graph`."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from multiprocessing import current_process
from typing import Any, cast

import structlog
from celery import Task

from storage.blobs import blobs
from storage.errors import StorageError
from workers.app import app
from workers.counters import SECONDS
from workers.graph.claims import apart
from workers.graph.outbox import announcing
from workers.graph.pulse import Pulses
from workers.graph.tables import Item, Picture
from workers.opened import database
from workers.sources.errors import BadSources

_UNWELL = 1.0
"""Seconds that a process pauses where the database or the blobs can't be had."""
_KEPT = 86_400.0
"""Seconds that what was checked before it was listed is kept."""
_UNHEARD = 3_600.0
"""Seconds after which a scan is given up whose asker is gone."""
LONG = 4 * 3600
"""Seconds that brands' pictures may take: the first time thousands of them may be waiting."""
_IDLE = 10.0
"""Seconds without work after which a process looks for newer brands before it goes on."""
_log = structlog.get_logger()


@cache
def _pulses() -> Pulses:
    return Pulses()


@cache
def judges() -> Any:
    from workers.graph.judges import SnapshotJudges

    return SnapshotJudges(database(), idle=_IDLE)


def may_have_children() -> None:
    """Lets this process start others to read pictures in: they end by themselves when nobody is at the other
    end of their pipe. Celery's processes are marked as such that may have none, lest those outlive them.
    """
    current_process()._config["daemon"] = False  # type: ignore[attr-defined]


class Step(Task):  # type: ignore[misc]
    """A task whose failures are the database's business, not Celery's."""

    def __call__(self, *arguments: Any) -> None:
        try:
            with SECONDS.labels(self.name).time():
                self.run(*arguments)
            _pulses().beat(database(), self._about().get("routing_key") or "sweep")
        except StorageError as error:
            # What was claimed is claimed again when its time is up. The pause spares the messages behind it.
            time.sleep(_UNWELL)
            _log.warning("not done, as storage fails", task=self.name, why=str(error))
        except MemoryError:
            _log.error("not done, as there is no memory", task=self.name)

    def again(self) -> bool:
        """Whether a worker died of this very message, or with it."""
        return bool(self._about().get("redelivered"))

    def parted(self, kind: type[Any], numbers: list[int]) -> bool:
        """Whether what a worker died of is now given out one by one, as one alone may be to blame."""
        if len(numbers) == 1 or not self.again():
            return False
        with announcing(database(), "parted") as session:
            apart(session, kind, self.name, numbers)
        return True

    def _about(self) -> dict[str, Any]:
        return self.request.delivery_info or {}


def step(name: str, **limits: float) -> Callable[[Callable[..., None]], Task]:
    """Makes a task of a function."""
    made = app.task(name=name, base=Step, bind=True, **limits)
    return cast("Callable[[Callable[..., None]], Task]", made)


@step("sweep")
def sweep(_: Step) -> None:
    from workers.graph.sweeping import sweep as sweep_now

    found = {kind: count for kind, count in sweep_now(database()).items() if count}
    if found:
        _log.info("given out anew", **found)


@step("forget")
def forget(_: Step) -> None:
    from brand_registry.attacking import forget as forget_attacks
    from brand_registry.trials import forget as forget_trials
    from workers.erasing import clear, remove
    from workers.graph.unshown import drop_read
    from workers.middle.keeping import forget as forget_opinions
    from workers.prelisting.forgetting import forget as forget_checks
    from workers.spread.giving import forget_left

    with database().writing("forget") as session:
        remove(session, forget_checks(session, _KEPT))
        remove(session, drop_read(session, forget_trials(session, datetime.now(UTC))).blobs)
        forget_opinions(session, datetime.now(UTC))
        forget_attacks(session, datetime.now(UTC))
    clear(database(), blobs())
    for sha256 in forget_left(database(), _UNHEARD):
        blobs().drop(sha256, 0)


@step("schedule")
def schedule(_: Step) -> None:
    from workers.graph.scheduling import begin_due

    try:
        for name in begin_due(database()):
            _log.info("a pull is due", source=name)
    except BadSources as error:
        _log.error("no pull can be begun", why=str(error))


@step("pull")
def pull(self: Step, numbers: list[int]) -> None:
    from workers.graph.pulling import pull as pull_now

    pull_now(database(), numbers, self.again())


@step("fetch")
def fetch(self: Step, numbers: list[int]) -> None:
    from workers.graph.fetching import fetch as fetch_now

    if not self.parted(Picture, numbers):
        fetch_now(database(), blobs(), numbers, self.again())


@step("read")
def read(self: Step, numbers: list[int]) -> None:
    from workers.graph.reading import read as read_now

    read_now(database(), blobs(), numbers, self.again())


@step("judge")
def judge(self: Step, numbers: list[int]) -> None:
    from workers.graph.judging import judge as judge_now

    if not self.parted(Item, numbers):
        judge_now(database(), blobs(), judges(), numbers, self.again())


@step("ask")
def ask(self: Step, numbers: list[int]) -> None:
    from workers.middle.configured import middle
    from workers.middle.stage import ask as ask_now

    ask_now(database(), blobs(), middle(), numbers, self.again())


@step("open_cases")
def open_cases(self: Step, numbers: list[int]) -> None:
    from workers.graph.casing import open_all

    if not self.parted(Item, numbers):
        open_all(database(), numbers, self.again())
