"""`/metrics`, `/live` and `/ready` of a worker, for Prometheus and whoever starts it again."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import orjson

from storage.database import Database, database_url
from storage.errors import BadSetting


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Probes come every few seconds, and say nothing."""


@contextmanager
def told(address: str | None, queues: Sequence[str], counts: Path) -> Iterator[int | None]:
    """Answers at an address as long as this lasts, giving its port. Raises `BadSetting` where it can't."""
    if address is None:
        yield None
        return
    host, _, port = address.rpartition(":")
    try:
        server = make_server(host, int(port), _app(tuple(queues), counts), _Server, _Quiet)
    except (OSError, ValueError, OverflowError) as error:
        why = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
        raise BadSetting(
            f"the setting DETECTOR_METRICS: cannot listen at {address!r}{why}; write it as HOST:PORT"
        ) from None
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _app(queues: tuple[str, ...], counts: Path) -> Callable[..., Iterable[bytes]]:
    from workers.health import Recent, alive

    database, recent = Database(database_url()), Recent()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        from workers.metrics import exposition

        path = environ["PATH_INFO"]
        if path == "/metrics":
            start("200 OK", [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")])
            return [exposition(database, str(counts))]
        if path not in {"/live", "/ready"}:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"there is /metrics, /live and /ready\n"]
        health = alive(database, queues) if path == "/live" else recent.ready(database)
        status = "503 Service Unavailable" if health.wrong else "200 OK"
        start(status, [("Content-Type", "application/json")])
        return [orjson.dumps({"wrong": health.wrong, **health.told})]

    return answer
