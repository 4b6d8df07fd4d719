"""`detector beat`: says when it is time. One is enough; two do no harm, as everything is done once."""

import argparse
import signal
import threading

from workers.broker import broker_kept
from workers.starting import end_by_sigterm, end_with_starter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Exit status: 0 where it was told to end, 1 where the clock stopped by itself."""
    end_by_sigterm()
    signal.signal(signal.SIGINT, signal.getsignal(signal.SIGTERM))
    end_with_starter()
    with broker_kept():
        # What a signal raises comes to the main thread, which does nothing but wait. Raised where an answer
        # of the broker's is read, redis-py puts an error of its own in its place (it closes a buffer and then
        # rewinds it), and Celery logs that and goes on.
        ticking = threading.Thread(target=_tick, name="clock", daemon=True)
        ticking.start()
        ticking.join()
    return 1


def _tick() -> None:
    from workers.app import app

    # Nothing is kept from one start to the next, so two of them never fight for a file.
    app.Beat(scheduler_cls="celery.beat:Scheduler", loglevel="WARNING", quiet=True).run()
