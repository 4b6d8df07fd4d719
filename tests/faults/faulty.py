"""The workers with faults inside: `python -m tests.faults.faulty` is `detector worker`, but where a file in
$FAULTS is named like a stage, the next process that comes into that stage meets what the file says, once.

Pictures and listings that say so crash, hang or eat memory whenever they are read or judged.
"""

import ctypes
import errno
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from detector.errors import PictureRefused
from detector.judge import Judge
from detector.reading import PictureReading, TextLine
from workers import worker
from workers.app import app
from workers.graph import casing, claims, fetching, judging, pulling, reading
from workers.rescans import opening, working
from workers.shards.store import ShardStore

FAULTS = Path(os.environ["FAULTS"])
BOX = ((0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0))


def crash() -> None:
    """A native crash, as of a decoder that reads where it must not."""
    ctypes.string_at(0)


def hang() -> None:
    """Native code that heeds nothing."""
    ctypes.CDLL(None).sleep(600)


def no_memory() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (2**30, before[1]))
    try:
        held = []
        while True:
            held.append(bytearray(2**24))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def slow() -> None:
    time.sleep(0.5)


def fails() -> None:
    raise ValueError("a fault of the detector")


def killed() -> None:
    """What the system does to a process that has eaten the memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def parent_killed() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    killed()


__all__ = ["app"]  # Celery finds it here
ACTS = {f.__name__: f for f in (crash, hang, no_memory, killed, parent_killed, slow, fails)}


def act(stage: str) -> None:
    planned = FAULTS / stage
    try:
        fault = planned.read_text()
        planned.unlink()  # who removes it has it
    except FileNotFoundError:
        return
    ACTS[fault]()


class Light:
    """Reads as text what stands in the bytes after 'picture:'."""

    engine = "light"

    def read(self, data: bytes) -> PictureReading:
        act("read")
        if not data.startswith(b"picture:"):
            raise PictureRefused("it is no picture")
        text = data.removeprefix(b"picture:").decode().split("#")[0]
        time.sleep(0.02)
        if text in ACTS:
            ACTS[text]()
        return PictureReading("", 100, 100, (TextLine(text, 0.99, BOX),) if text else (), self.engine)


light = another = Light


def at(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def faulty(*arguments: Any, **named: Any) -> Any:
        act(stage)
        return function(*arguments, **named)

    return faulty


def with_poison(judge: Callable[..., Any]) -> Callable[..., Any]:
    def faulty(self: Judge, listing: Any, *rest: Any) -> Any:
        act("judge")
        if listing.title.startswith("poison: "):
            ACTS[listing.title.removeprefix("poison: ")]()
        return judge(self, listing, *rest)

    return faulty


def while_full(write: Callable[..., Any]) -> Callable[..., Any]:
    def faulty(place: Path, data: bytes) -> None:
        if (FAULTS / "disk full").exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(place, data)

    return faulty


def jumping(clock: Callable[[], Any]) -> Callable[[], Any]:
    def faulty() -> Any:
        jumped = FAULTS / "clock"
        return clock() + timedelta(seconds=float(jumped.read_text()) if jumped.exists() else 0)

    return faulty


def install() -> None:
    import storage.blobs

    pulling._keep = at("pull", pulling._keep)
    fetching._settle = at("fetch", fetching._settle)
    Judge.explain = with_poison(Judge.explain)
    casing.open_cases = at("case", casing.open_cases)
    working.judge_again = at("rescan", working.judge_again)
    opening.open_cases = at("rescan case", opening.open_cases)
    ShardStore.write = at("shard", ShardStore.write)
    storage.blobs._write = while_full(storage.blobs._write)
    clock = jumping(claims.now)
    for module in (claims, pulling, fetching, judging, reading):
        if hasattr(module, "now"):
            module.now = clock


if __name__ == "__main__":
    from workers.cli import main

    plain = worker.worker_commands

    def faulty_commands(*arguments: Any) -> list[list[str]]:
        commands = plain(*arguments)
        return [["tests.faults.faulty" if w == "workers.app" else w for w in one] for one in commands]

    worker.worker_commands = faulty_commands
    sys.exit(main(["worker", *sys.argv[1:]]))
install()
