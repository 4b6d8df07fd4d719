import os
import signal
import time

from storage.locks import locked


def test_one_holds_it_at_a_time(tmp_path) -> None:
    lock = tmp_path / "a" / "lock"
    with locked(lock, wait=False) as ours:
        assert ours
        with locked(lock, wait=False) as again:
            assert not again
        with locked(tmp_path / "other", wait=False) as other:
            assert other
    with locked(lock, wait=True) as ours:
        assert ours


def test_a_forked_process_does_not_keep_it(tmp_path) -> None:
    ours, theirs = os.pipe()
    with locked(tmp_path / "lock", wait=False):
        child = os.fork()
        if not child:
            os.write(theirs, b"1")
            time.sleep(600)
            os._exit(0)
        os.read(ours, 1)
    try:
        with locked(tmp_path / "lock", wait=False) as free:
            assert free
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
