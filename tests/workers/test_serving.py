"""`detector serve` with its workers, clock and broker, ended in every way: nothing of it may stay."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

pytestmark = pytest.mark.slow

PATIENCE = 120


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for process in of(tmp_path):
        process.kill()


def of(home: Path) -> list[psutil.Process]:
    """Every process of an installation, whoever its parent is by now."""
    return [process for process in psutil.process_iter() if belongs(process, home)]


def belongs(process: psutil.Process, home: Path) -> bool:
    try:
        # Valkey writes its title over its environment, but stands in its folder.
        theirs = process.environ().get("DETECTOR_HOME") == str(home) or home in Path(process.cwd()).parents
        return theirs and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def told(home: Path) -> Iterator[tuple[int, str]]:
    """The number and the command of each."""
    for process in of(home):
        with suppress(psutil.NoSuchProcess):
            yield process.pid, " ".join(process.cmdline())


def commands(home: Path) -> str:
    return "\n".join(said for _, said in told(home))


def wait_until(true: Callable[[], bool], home: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, commands(home)
        time.sleep(0.1)


def started(home: Path, *words: str, **options: Any) -> "subprocess.Popen[bytes]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")}
    command = [sys.executable, "-m", "workers.cli", *words]
    return subprocess.Popen(command, env=environment | {"DETECTOR_HOME": str(home)}, **options)


@pytest.mark.parametrize("begun", ["valkey-server", "--queues=registry"])
@pytest.mark.parametrize(
    ("kind", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 1), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_nothing_stays_when_it_ends(home, kind, status, begun) -> None:
    serving = started(home, "serve", "--port", "0")
    wait_until(lambda: begun in commands(home), home)
    serving.send_signal(kind)
    assert serving.wait(PATIENCE) == status
    wait_until(lambda: not of(home), home)


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGKILL])
def test_several_processes_answer_until_they_are_ended(home, kind) -> None:
    serving = started(home, "serve", "--port", "0", "--alone", "--processes", "2", stdout=subprocess.PIPE)
    address = serving.stdout.readline().split()[4].decode()

    def answering() -> list[int]:
        return [one for one, said in told(home) if "spawn_main" in said]

    def answers() -> bool:
        try:
            return httpx.get(f"{address}live").status_code == 200
        except httpx.HTTPError:
            return False

    wait_until(lambda: len(answering()) == 2 and answers(), home)
    first = answering()[0]
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(answering()) == 2 and first not in answering() and answers(), home)
    serving.send_signal(kind)
    assert serving.wait(PATIENCE) == (0 if kind == signal.SIGTERM else -kind)
    wait_until(lambda: not of(home), home)


def test_workers_end_with_who_watches_over_them(home) -> None:
    working = started(home, "worker", "pull")
    wait_until(lambda: "--queues=pull" in commands(home), home)
    working.kill()
    working.wait(PATIENCE)
    wait_until(lambda: "workers.app" not in commands(home), home)
