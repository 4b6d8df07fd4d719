"""`detector worker`: starts Celery's workers for the queues, each kind of work in the pool that suits it."""

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from detector.errors import UnreadableInput
from storage.settings import settings
from workers.arguments import add_processes, asked_processes
from workers.broker import broker_kept
from workers.middle.configured import middle
from workers.pool import ONE_THREAD, processors
from workers.probes import told
from workers.starting import end_by_sigterm, end_with_starter, start

THREADS = 8
_GRACE = 60.0
"""Seconds that running tasks may take to end after a first signal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("queues", nargs="*", metavar="QUEUE", help="the queues to work on (default: all)")
    add_processes(
        parser, processors(), "that read pictures and judge (default: one a processor, %(default)s here)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from workers.app import QUEUES

    unknown = [queue for queue in arguments.queues if queue not in QUEUES]
    if unknown:
        raise UnreadableInput(f"there is no queue {unknown[0]!r}; there are {', '.join(QUEUES)}")
    judging = asked_processes(arguments)
    middle()  # a setting that makes no sense is told here, not with every listing
    end_by_sigterm()
    end_with_starter()
    with broker_kept() as url:
        commands = worker_commands(arguments.queues or QUEUES, judging)
        counts = settings().home / "metrics"
        counts.mkdir(parents=True, exist_ok=True)
        environment = ONE_THREAD | {
            "DETECTOR_BROKER": url,
            "PROMETHEUS_MULTIPROC_DIR": str(counts),
            # Celery warns of running as root, which in a container is nothing to be told every time.
            "PYTHONWARNINGS": "ignore",
        }
        with told(settings().metrics, arguments.queues or QUEUES, counts):
            return Supervisor(commands, environment).run()


def worker_commands(queues: Sequence[str], processes: int) -> list[list[str]]:
    """What to start for these queues: threads for those that wait, processes for those that compute."""
    from workers.app import ALONE, BEHIND, COMPUTING, WAITING

    # The order in which a worker is told its queues is the order in which it looks into them.
    waiting = [queue for queue in WAITING if queue in queues]
    computing = [queue for queue in COMPUTING if queue in queues]
    alone = [queue for queue in ALONE if queue in queues]
    behind = [queue for queue in BEHIND if queue in queues]
    commands = []
    if waiting:
        commands.append(_celery("threads", THREADS, waiting))
    if computing:
        most = f"--max-memory-per-child={settings().child_memory * 1024}"
        commands.append([*_celery("prefork", processes, computing), most])
    if alone:
        commands.append(_celery("prefork", 1, alone))
    if behind:
        # Whatever is live goes first, by the system's own means.
        most = f"--max-memory-per-child={settings().child_memory * 1024}"
        count = processes if len(behind) == len(queues) else max(1, processes // 2)
        commands.append(["nice", "-n", "19", *_celery("prefork", count, behind), most])
    return commands


def _celery(pool: str, count: int, queues: Sequence[str]) -> list[str]:
    options = [f"--pool={pool}", f"--concurrency={count}", f"--queues={','.join(queues)}"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel=WARNING"]
    name = f"--hostname={queues[0]}-{os.getpid()}@%h"
    return [sys.executable, "-m", "celery", "-q", "-A", "workers.app", "worker", *options, *quiet, name]


@contextmanager
def beside(processes: int | None = None, log: Path | None = None) -> Iterator[None]:
    """Workers and a clock, in processes that live as long as this lasts; `log` is where they write."""
    with log.open("ab") if log else nullcontext() as out:
        running = [
            start([sys.executable, "-m", "workers.cli", *words], stdout=out, stderr=out)
            for words in (["worker", "--processes", str(processes or processors())], ["beat"])
        ]
        try:
            yield
        finally:
            end(running)


class Supervisor:
    """Runs commands until it is told to end; one that ends by itself is started again."""

    def __init__(self, commands: Sequence[Sequence[str]], environment: dict[str, str]) -> None:
        self._commands = commands
        self._environment = environment
        self._told = threading.Event()

    def run(self) -> int:
        """Exit status 0; returns when SIGTERM or SIGINT came and everything has ended."""
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, lambda *_: self._told.set())
        running = [start(command, self._environment) for command in self._commands]
        pause = 0.5
        while not self._told.wait(pause):
            died = [number for number, process in enumerate(running) if process.poll() is not None]
            # What dies at once every time is not started without a pause.
            pause = min(pause * 2, 30) if died else 0.5
            for number in died:
                print("detector: a worker ended by itself and is started again", file=sys.stderr)
                running[number] = start(self._commands[number], self._environment)
        end(running)
        return 0


def end(running: "Sequence[subprocess.Popen[bytes]]") -> None:
    """Lets them finish what they are at, and ends those that don't."""
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
