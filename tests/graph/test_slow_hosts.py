"""Hosts of pictures that are slow, or ask for time: they cost time, and nothing else."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from sqlalchemy import select

from storage.settings import settings
from workers.fetching.errors import Busy
from workers.graph import claims, pulling, sweeping
from workers.graph.fetching import fetch
from workers.graph.tables import Picture, Run
from workers.graph.web import Web


class Host(ThreadingHTTPServer):
    """Answers by what `answers` says of a path: the bytes of a picture; or `asks` for so many seconds."""

    answers = staticmethod(str.encode)
    asks = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        data = self.server.answers(self.path)
        self.send_response(429 if self.server.asks else 200)
        if self.server.asks:
            self.send_header("Retry-After", str(self.server.asks))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_) -> None: ...


@pytest.fixture
def host(monkeypatch) -> Iterator[Host]:
    with Host(("127.0.0.1", 0), Answering) as server:
        monkeypatch.setenv("DETECTOR_FETCH_ALLOW", f"127.0.0.1:{server.server_port}")
        monkeypatch.setenv("DETECTOR_LEASE", "8")
        settings.cache_clear()
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
    monkeypatch.undo()
    settings.cache_clear()


def pictures(graph) -> dict[str, Picture]:
    with graph.database.reading() as session:
        return {one.reference.rpartition("/")[2]: one for one in session.scalars(select(Picture))}


def until(true: Callable[[], object]) -> bool:
    deadline = time.monotonic() + 50
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(true())


def wanted(graph, host: Host, *names: str) -> list[int]:
    images = [f"{host.url}/{name}" for name in names]
    graph.pull(graph.catalogue({"id": "L1", "title": "Shoes", "images": images}))
    graph.do(*graph.messages()[0])
    ((task, numbers),) = graph.messages()
    assert task == "fetch"
    return numbers


@pytest.mark.slow
def test_what_comes_is_kept_and_what_is_waited_for_is_held(graph, host) -> None:
    numbers = wanted(graph, host, "quick", "slow")
    due = pictures(graph)["slow"].due
    seen = []

    def answers(path: str) -> bytes:
        if path == "/slow":
            seen.append(until(lambda: pictures(graph)["quick"].state == "done"))
            claimed = pictures(graph)["slow"].due
            assert claimed >= due
            seen.append(until(lambda: pictures(graph)["slow"].due > claimed))
        return b"picture:" + path.encode()

    host.answers = answers
    fetch(graph.database, graph.blobs, numbers, the_web=Web)
    assert seen == [True, True]
    assert {(one.state, one.attempts) for one in pictures(graph).values()} == {("done", 1)}
    graph.run()
    assert graph.verdicts() == {"done clear": 1}


@pytest.mark.slow
@pytest.mark.parametrize(("asks", "minutes"), [(600, 10), (20_000, 60)])
def test_a_host_that_asks_for_time_gets_it(graph, host, monkeypatch, asks, minutes) -> None:
    monkeypatch.setattr(sweeping, "send", lambda _: 0)
    monkeypatch.setattr(sweeping, "queue_lengths", dict)
    host.asks = asks
    fetch(graph.database, graph.blobs, wanted(graph, host, "one", "two"), the_web=Web)
    for one in pictures(graph).values():
        assert (one.state, one.attempts) == ("waiting", 1)
        assert timedelta(minutes=minutes - 2) < one.due - claims.now() <= timedelta(minutes=minutes)
    assert sweeping.sweep(graph.database)["pictures"] == 0
    with graph.database.reading() as session:
        assert pulling.waiting(session) == 0
    later = claims.now() + timedelta(minutes=minutes)
    for module in (claims, sweeping):
        monkeypatch.setattr(module, "now", lambda: later)
    assert sweeping.sweep(graph.database)["pictures"] == 2


def test_so_does_a_shop_that_is_pulled(graph, monkeypatch) -> None:
    def busy(*_) -> Iterator[None]:
        raise Busy("shop.example: answered 429; it is busy or has a fault", after=600)
        yield

    monkeypatch.setattr(pulling, "pages_of", busy)
    number = graph.pull(graph.catalogue())
    graph.do("pull", [number])
    assert graph.run_row(number).due - claims.now() > timedelta(minutes=9)
    with graph.database.reading() as session:
        assert session.execute(sweeping.overdue_work(Run)).all() == []
