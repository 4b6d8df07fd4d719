"""`detector serve`: the pages and the API on one address, until Ctrl-C or SIGTERM."""

import argparse
import os
import socket
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from brand_registry.identity.invitations import first_of_all, nobody_yet
from detector.errors import UnreadableInput
from storage.blobs import Blobs, blobs
from storage.database import Database, database_url
from storage.settings import settings
from workers.arguments import add_processes, asked_processes

if TYPE_CHECKING:
    from fastapi import FastAPI
    from uvicorn import Config

_HUNG = 60
"""Seconds without a sign of life after which one of several processes is ended and started again."""
_KEPT_OPEN = 75
"""Seconds that a connection stays without being used, as behind nginx."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=8000, help="0 for any that is free (default: %(default)s)"
    )
    parser.add_argument(
        "--alone",
        action="store_true",
        help="start no workers (by default they are started too where DETECTOR_BROKER names no broker)",
    )
    add_processes(
        parser, 1, "that answer; one is enough for some twenty reviewers at work (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from uvicorn import Server

    from workers.starting import end_by_sigterm
    from workers.worker import beside

    answering = asked_processes(arguments)
    # The server hands on a signal that it got, and without this SIGTERM would end us before our children.
    end_by_sigterm()
    database = Database(database_url())
    starts = not arguments.alone and settings().broker is None
    with listening(arguments.host, arguments.port) as opened, beside() if starts else nullcontext():
        host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
        here = settings().public_url or f"http://{host}:{opened.getsockname()[1]}"
        print(f"The pages are at {here}/ (Ctrl-C ends)", flush=True)
        _tell_first(database, here)
        if answering == 1:
            Server(served(_ready(composed(database, blobs())))).run(sockets=[opened])
        else:
            _serve_by_many(opened, answering)
    database.close()
    return 0


def _serve_by_many(opened: socket.socket, processes: int) -> None:
    """Until SIGTERM or SIGINT; a process that dies is started again."""
    from uvicorn.supervisors import Multiprocess

    from workers.broker import broker_url
    from workers.starting import STARTER

    # What strangers may do is counted by the broker, which the workers keep up: counted by each process alone
    # it would be as much again.
    os.environ |= {"DETECTOR_BROKER": broker_url(), STARTER: str(os.getpid())}
    config = served(
        "workers.serve:one_of_many", factory=True, workers=processes, timeout_worker_healthcheck=_HUNG
    )
    Multiprocess(config, [opened]).run()


def one_of_many() -> "FastAPI":
    """The app in a process that ends with the one that started it."""
    from workers.starting import end_with_starter

    end_with_starter()
    return _ready(composed(Database(database_url()), blobs()))


def _ready(app: "FastAPI") -> "FastAPI":
    """With all templates compiled: half a second for all, a tenth that nobody waits for at a page's first."""
    for name in app.state.templates.list_templates(extensions=["html"]):
        app.state.templates.get_template(name)
    return app


def _tell_first(database: Database, here: str) -> None:
    """How the first administrator comes in. The link is a secret, and a service's output is kept in logs."""
    with database.writing("first start") as session:
        if not nobody_yet(session):
            return
        shown = sys.stdout.isatty() or settings().first_link
        token = first_of_all(session) if shown else None
    if token:
        print(
            f"Nobody can sign in yet; the first administrator comes in by\n  {here}/invitation/{token}",
            flush=True,
        )
    else:
        print("Nobody can sign in yet; `detector people add` makes the first administrator", flush=True)


def composed(database: Database, files: Blobs) -> "FastAPI":
    """The whole app: what every room adds to it."""
    import workers.tables  # noqa: F401 - before threads ask for any
    from brand_registry.web.app import create_app
    from brand_registry.web.rate_limits import RateLimits
    from review.web import found
    from review.web.console import console_part
    from workers.graph.judges import SnapshotJudges, judge_of_texts
    from workers.graph.pictured import pictures_of
    from workers.health import health_part
    from workers.prelisting.api import check_part
    from workers.rescans.web.pages import rescans_part

    check = check_part(SnapshotJudges(database, judge_of_texts))
    parts = [check, found.PART, console_part(pictures_of), rescans_part(), health_part()]
    rates = RateLimits.of_settings()
    return create_app(database, files, parts, public_url=settings().public_url, rates=rates)


def served(app: "FastAPI | str", **more: Any) -> "Config":
    """How the server is to serve an app, or what makes one. `more` is the server's own."""
    from uvicorn import Config

    # The server's own log of requests would hold what stands in addresses, and links are secrets. A case is
    # read for longer than the five seconds that are usual, and at times asked for just as those are over.
    return Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings().proxies(),
        timeout_keep_alive=_KEPT_OPEN,
        **more,
    )


def listening(host: str, port: int) -> socket.socket:
    """A socket that is bound. Raises `UnreadableInput` where the address can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns off Nagle's delay, 40 ms an answer in two pieces, only where the protocol is named.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except (OSError, OverflowError) as error:
        opened.close()
        raise UnreadableInput(
            f"cannot listen at {host} port {port} ({getattr(error, 'strerror', None) or error}); "
            "is another server running there? --port names another one"
        ) from None
    return opened
