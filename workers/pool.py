"""Processes that read and judge, and may die doing so: a picture that kills its reader costs that picture
alone.

Every process says, in memory that it shares with the parent, which item of its job it is working on. When
it dies, the parent starts a new one and hands it the same job again: a process may have been killed for no
fault of the item. Dying twice at the same place, or staying there too long, is held against the item.
"""

import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

import psutil
from threadpoolctl import threadpool_limits

from detector.errors import DetectorError

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""The environment of a process that is one of many, whatever library its models run on."""

Place = tuple[int, int]
"""An item of a job, and a part of the item (a picture), or -1 for the item itself."""

_PAUSED = 5.0
"""Seconds without a look at the processes after which this one was stopped, and they with it (Ctrl-Z)."""

_LONGER = 10
"""How much longer an item itself may take than its parts: it is there that models are loaded."""

_WAITING = 4
"""How much longer by the clock than of a processor's time: where others use the machine too, nobody's picture
is slow for it."""


def processors() -> int:
    """Those that this process may use, which in a container can be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ProcessesDie(DetectorError):
    """Processes that end whatever they are given: something is wrong with this machine or installation."""


class Beacon(Protocol):
    """What the work calls to say where it is."""

    def __call__(self, item: int, part: int = -1) -> None: ...


Work = Callable[[Any, Mapping[Place, str], Beacon], Any]
"""Takes a job, the places in it to leave alone and why, and a beacon; gives the job's result."""


@dataclass(slots=True)
class _Job:
    number: int
    content: Any
    avoid: dict[Place, str] = field(default_factory=dict)
    died_at: Place | None = None


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    place: Any
    job: _Job | None = None

    def where(self) -> Place:
        return int(self.place[0]), int(self.place[1])

    def is_over(self, patience: float) -> bool:
        """Whether it has been there for longer than `patience` seconds of a processor, or waits for
        nothing.
        """
        waited = time.monotonic() - float(self.place[2])
        if waited <= patience:
            return False
        return waited > patience * _WAITING or self.computed() - float(self.place[3]) > patience

    def computed(self) -> float:
        """Seconds of a processor that the process has had."""
        try:
            times = psutil.Process(self.process.pid).cpu_times()
        except psutil.Error:  # it has just ended, which is noticed where its answer is awaited
            return 0.0
        return float(times.user + times.system)


class Pool:
    """Does jobs in `count` processes, giving the results in the order of the jobs.

    `make_work` runs in each process after it is forked, so models are loaded there, and what the parent
    holds by then is shared. At most `window` jobs are held at a time, done or not. `patience` is in seconds
    of a processor for one place.
    """

    def __init__(
        self, make_work: Callable[[], Work], count: int, patience: float = 30.0, window: int = 8
    ) -> None:
        self._make_work = make_work
        self._patience = patience
        self._window = window * count
        # Forked, as a registry of 100,000 marks is built once and shared; the parent starts no thread before.
        self._context = multiprocessing.get_context("fork")
        self._workers: list[_Worker] = []
        self._looked = time.monotonic()
        gc.collect()
        gc.freeze()
        for _ in range(count):
            self._workers.append(self._start())

    def results(self, jobs: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
        """Each job with its result, in the order of the jobs; what has come in is given before waiting
        for more.
        """
        waiting: list[_Job] = []
        done: dict[int, tuple[Any, Any]] = {}
        taken = given = 0
        more = True
        while True:
            for worker in self._workers:
                if worker.job is not None:
                    continue
                if not waiting and more and taken - given < self._window:
                    content = next(jobs, None)
                    more = content is not None
                    if more:
                        waiting.append(_Job(taken, content))
                        taken += 1
                if waiting:
                    self._hand_over(worker, waiting.pop(0))
            while given in done:
                yield done.pop(given)
                given += 1
            if given == taken and not more:
                return
            self._collect(done)

    def close(self) -> None:
        """Ends every process at once."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()
        gc.unfreeze()

    def pids(self) -> list[int]:
        return [worker.process.pid or 0 for worker in self._workers]

    def _collect(self, done: dict[int, tuple[Any, Any]]) -> None:
        busy = {worker.pipe: worker for worker in self._workers if worker.job is not None}
        for pipe in wait(list(busy), timeout=1.0):
            worker = busy[pipe]  # type: ignore[index]
            job = worker.job
            if job is None:
                continue
            try:
                failed, result = worker.pipe.recv()
            except (EOFError, OSError):
                self._replace(worker, "reading it crashed the reader", at_once=False)
                continue
            if failed:
                raise result
            done[job.number] = job.content, result
            worker.job = None
        before, self._looked = self._looked, time.monotonic()
        for worker in self._workers:
            if self._looked - before > _PAUSED:
                worker.place[2] = self._looked
            patience = self._patience * (_LONGER if worker.where()[1] < 0 else 1)
            if worker.job is not None and worker.is_over(patience):
                self._replace(worker, f"reading it took more than {patience:.0f} seconds", at_once=True)

    def _replace(self, worker: _Worker, why: str, at_once: bool) -> None:
        job, place = worker.job, worker.where()
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        if job is not None and place in job.avoid:
            raise ProcessesDie("the processes that read die before they read anything; see what they printed")
        if job is not None and (at_once or job.died_at == place):
            job.avoid[place] = why
        fresh = self._start()
        self._workers[self._workers.index(worker)] = fresh
        if job is not None:
            job.died_at = place
            self._hand_over(fresh, job)

    def _hand_over(self, worker: _Worker, job: _Job) -> None:
        worker.job = job
        worker.place[:] = [0, -1, time.monotonic(), worker.computed()]
        # A process that has just died is noticed where its answer is awaited.
        with suppress(OSError):
            worker.pipe.send((job.content, job.avoid))

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        place = self._context.RawArray("d", [0, -1, time.monotonic(), 0.0])
        others = [worker.pipe for worker in self._workers if not worker.pipe.closed]
        process = self._context.Process(
            target=_serve, args=(self._make_work, theirs, place, [ours, *others]), daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, ours, place)


def _serve(make_work: Callable[[], Work], pipe: Connection, place: Any, not_ours: list[Connection]) -> None:
    for other in not_ours:
        other.close()
    # Of the libraries that are to come, and of those that are here.
    os.environ.update(ONE_THREAD)
    threadpool_limits(1)
    # Ctrl-C reaches the whole group; the parent decides what becomes of the work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Where memory runs out, let the system end a process that can be replaced.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")

    def beacon(item: int, part: int = -1) -> None:
        place[:] = [item, part, time.monotonic(), time.process_time()]

    try:
        work = make_work()
        while True:
            content, avoid = pipe.recv()
            try:
                answer = (False, work(content, avoid, beacon))
            except Exception as error:
                answer = (True, error)
            pipe.send(answer)
    except (EOFError, OSError):
        os._exit(0)  # the parent is gone
