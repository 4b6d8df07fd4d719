"""Starting processes that end with whoever started them, even with one that was killed and told nobody."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

STARTER = "DETECTOR_STARTER"
"""The environment variable by which a process knows who started it to end with them."""
_LOOKS = 1.0
"""Seconds between two looks at whether the starter is still there."""


def start(
    command: Sequence[str], environment: Mapping[str, str] | None = None, **options: Any
) -> "subprocess.Popen[bytes]":
    """Starts one of ours, to end with this process.

    In a group of its own: Ctrl-C reaches this process, which tells it once.
    """
    told = {**os.environ, **(environment or {}), STARTER: str(os.getpid())}
    return subprocess.Popen(command, env=told, start_new_session=True, **options)  # noqa: S603 - one of ours


def end_with_starter() -> None:
    """From here on this process ends as by SIGTERM when its starter is gone; one started by hand stays."""
    starter = os.environ.pop(STARTER, None)
    if starter:
        # Linux alone has a signal for it; who the parent is, every system tells.
        threading.Thread(target=_watch, args=(int(starter),), name="starter", daemon=True).start()


def end_by_sigterm() -> None:
    """SIGTERM leaves every `with` and `finally` on its way out, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def _watch(starter: int) -> None:
    while os.getppid() == starter:
        time.sleep(_LOOKS)
    os.kill(os.getpid(), signal.SIGTERM)
