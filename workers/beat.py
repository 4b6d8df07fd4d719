"""`detector beat`: says when it is time. One is enough; two do no harm, as everything is done once."""

import argparse

from workers.broker import broker_kept
from workers.starting import end_by_sigterm, end_with_starter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    end_by_sigterm()
    end_with_starter()
    with broker_kept():
        from workers.app import app

        # Nothing is kept from one start to the next, so two of them never fight for a file.
        app.Beat(scheduler_cls="celery.beat:Scheduler", loglevel="WARNING", quiet=True).run()
    return 0
