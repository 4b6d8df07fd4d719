"""The page that watches queues, on the application as it is."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from workers.broker import EmbeddedBroker


@pytest.mark.slow
def test_flower_sees_the_workers(tmp_path) -> None:
    pytest.importorskip("flower")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"DETECTOR_HOME": str(tmp_path), "FLOWER_UNAUTHENTICATED_API": "true"}
    commands = (
        ["workers.cli", "worker", "sweep"],
        ["celery", "-A", "workers.app", "flower", f"--port={port}", "--address=127.0.0.1"],
    )
    with ExitStack() as started, EmbeddedBroker(tmp_path / "valkey").kept():
        for words in commands:
            process = subprocess.Popen([sys.executable, "-m", *words], env=environment)
            started.callback(process.wait, 90)
            started.callback(process.terminate)
        seen: dict[str, object] = {}
        end = time.monotonic() + 120
        while not seen:
            assert time.monotonic() < end, "flower saw no worker"
            time.sleep(0.5)
            with suppress(URLError, TimeoutError):
                seen = json.load(urlopen(f"http://127.0.0.1:{port}/api/workers?refresh=1", timeout=30))
    assert all(name.startswith("sweep-") for name in seen)
