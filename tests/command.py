"""The `detector` command, run by the process of the test."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.settings import settings
from workers.cli import main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def detector_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Ended]]:
    """Runs it in `tmp_path`, with a home of its own. For what is told before anything is done: a process for
    each such sentence would spend a hundred times as long on its imports.
    """
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def run(*words: object) -> Ended:
        capsys.readouterr()
        try:
            status = main([*map(str, words)])
        except SystemExit as ended:  # argparse's own way to end
            status = int(ended.code or 0)
        return Ended(status, *capsys.readouterr())

    yield run
    settings.cache_clear()
    for number, handler in before.items():  # a command lets go of them at its end
        signal.signal(number, handler)
