"""Hosts of pictures that are slow, or ask for time: they cost time, and nothing else."""

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from sqlalchemy import select

from storage.settings import settings
from workers.graph.fetching import fetch
from workers.graph.tables import Picture
from workers.graph.web import Web


class Host(ThreadingHTTPServer):
    """Answers by what `answers` says of a path: the bytes of a picture."""

    answers: Callable[[str], bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        data = self.server.answers(self.path)
        self.send_response(200)
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
