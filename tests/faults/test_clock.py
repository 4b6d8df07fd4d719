"""The clock ends when it is told to, whatever its broker does."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.conftest import until
from tests.faults.test_brokers import free_port, valkey

pytestmark = pytest.mark.slow


def unread(port: int) -> bool:
    """Whether something that was sent to a port of this machine waits to be read by who listens there."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(
        int(row[1].split(":")[1], 16) == port and row[3] == "01" and int(row[4].split(":")[1], 16)
        for row in rows
    )


@pytest.mark.skipif(sys.platform != "linux", reason="it asks Linux for what was sent")
def test_it_ends_while_its_broker_stands_still(tmp_path) -> None:
    port = free_port()
    environment = os.environ | {
        "DETECTOR_HOME": str(tmp_path / "home"),
        "DETECTOR_BROKER": f"redis://127.0.0.1:{port}/0",
    }
    with valkey(tmp_path / "valkey", port=port) as broker:
        server = int(broker.info("server")["process_id"])
        clock = subprocess.Popen([sys.executable, "-m", "workers.cli", "beat"], env=environment)
        try:
            until(lambda: broker.llen("sweep") > 0)
            os.kill(server, signal.SIGSTOP)
            until(lambda: unread(port))  # it has asked, and waits for the answer
            clock.send_signal(signal.SIGTERM)
            assert clock.wait(30) == 0
        finally:
            os.kill(server, signal.SIGCONT)
            clock.kill()
            clock.wait()
