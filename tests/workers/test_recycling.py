"""Processes that grow are replaced, and no others."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from celery import Celery

from tests.faults.conftest import until
from workers.broker import EmbeddedBroker
from workers.recycling import SETTLED, Baseline

GB = 2**30


@pytest.mark.parametrize(
    ("settling", "later", "replaced"),
    [
        ([GB] * SETTLED, [GB, 1.9 * GB], False),
        ([GB] * SETTLED, [2.1 * GB], True),
        # Models that come late, and a registry that is large.
        ([0.2 * GB] * SETTLED, [0.9 * GB], False),
        ([6 * GB] * SETTLED, [8.9 * GB], False),
        ([6 * GB] * SETTLED, [9.1 * GB], True),
        # As long as it settles, nothing is known yet.
        ([0.2 * GB, 5 * GB], [], False),
    ],
)
def test_what_has_outgrown_its_baseline(settling, later, replaced) -> None:
    baseline = Baseline()
    assert [baseline.outgrown(int(used)) for used in settling] == [False] * len(settling)
    assert any(baseline.outgrown(int(used)) for used in later) is replaced


@pytest.mark.slow
def test_a_process_that_has_grown_ends_between_two_tasks(tmp_path, monkeypatch) -> None:
    """By Celery's own worker: all tasks are done, none twice, and by more than one process."""
    broker = EmbeddedBroker(tmp_path / "valkey")
    (tmp_path / "growing.py").write_text(
        f"""
import os
from celery import Celery
import workers.recycling as recycling
recycling.SETTLED, recycling._GROWTH = 3, 50 * 2**20
app = Celery(broker={broker.url!r})
app.conf.update(worker_pool="workers.recycling:TaskPool", task_ignore_result=True, task_acks_late=True)
held = []

@app.task(name="grow")
def grow(number):
    held.append(os.urandom(30 * 2**20) if number > 4 else b"")
    with open({str(tmp_path / "done")!r}, "a") as file:
        file.write(f"{{number}} {{os.getpid()}}\\n")
"""
    )
    done = tmp_path / "done"
    with broker.kept():
        sender = Celery(broker=broker.url)
        for number in range(12):
            sender.send_task("grow", [number])
        words = ["-A", "growing", "worker", "--pool=prefork", "--concurrency=1", "--loglevel=ERROR"]
        environment = os.environ | {"PYTHONPATH": f"{Path.cwd()}:{tmp_path}"}
        worker = subprocess.Popen([sys.executable, "-m", "celery", *words], env=environment, cwd=tmp_path)
        try:
            until(lambda: done.exists() and len(done.read_text().splitlines()) >= 12)
        finally:
            for child in psutil.Process(worker.pid).children(recursive=True):
                child.kill()
            worker.kill()
            worker.wait()
    lines = [line.split() for line in done.read_text().splitlines()]
    assert sorted(int(number) for number, _ in lines) == list(range(12))
    assert len({process for _, process in lines}) >= 2
