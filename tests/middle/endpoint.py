"""A chat endpoint really served, that answers as a test wants; some of its answers obey what they read."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import pytest

from storage.settings import settings

KEY = "sk-very-secret-0815"
INNOCENT = re.compile(r"answer (?:only )?'?(?:innocent|compatible_accessory)", re.IGNORECASE)


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    after: float = 0.0
    drips: bool = False
    headers: dict[str, str] = field(default_factory=dict)


def said(answer: str, sureness: float = 1.0, why: str = "it says so", tokens: int | None = 100) -> Reply:
    """A chat completion."""
    return completion(json.dumps({"answer": answer, "sureness": sureness, "why": why}), tokens)


def completion(content: Any, tokens: int | None = 100) -> Reply:
    whole: dict[str, Any] = {"choices": [{"message": {"role": "assistant", "content": content}}]}
    return Reply(body=json.dumps(whole | ({"usage": {"total_tokens": tokens}} if tokens else {})).encode())


def text_of(asked: dict[str, Any]) -> str:
    """All that the model was shown as text."""
    user = asked["messages"][1]["content"]
    user = user if isinstance(user, str) else user[0]["text"]
    return str(asked["messages"][0]["content"]) + "\n" + user


def fenced(asked: dict[str, Any]) -> tuple[str, str]:
    """What stands between the fences, and all else."""
    text = text_of(asked)
    fence = re.search(r"the number ([0-9a-f]{32})", text)[1]
    before, inside, after = re.split(rf"<<< {fence}\n|\n{fence} >>>", text)
    return inside, before + after


def obeys(asked: dict[str, Any]) -> Reply:
    """Does what anybody tells it, wherever that stands."""
    return said("compatible_accessory" if INNOCENT.search(text_of(asked)) else "imitation")


def obeys_outside(asked: dict[str, Any]) -> Reply:
    """Does what it is told outside the fences."""
    _, outside = fenced(asked)
    return said("compatible_accessory" if INNOCENT.search(outside) else "imitation")


class Endpoint(ThreadingHTTPServer):
    """`answers` gives the reply to what was asked, `asked` keeps all of it, with the headers."""

    answers: Callable[[dict[str, Any]], Reply] = staticmethod(lambda _: said("imitation"))

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.open = self.most_open = 0
        self.lock = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Answering(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        with server.lock:
            server.asked.append(asked)
            server.keys.append(self.headers["Authorization"])
            server.open += 1
            server.most_open = max(server.most_open, server.open)
        try:
            self._reply(server.answers(asked) if self.path == "/v1/chat/completions" else Reply(404))
        except OSError:
            pass  # whoever asked has gone
        finally:
            with server.lock:
                server.open -= 1

    def _reply(self, reply: Reply) -> None:
        if not reply.drips:
            time.sleep(reply.after)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if not reply.drips:
            self.wfile.write(reply.body)
            return
        for byte in reply.body:
            self.wfile.write(bytes([byte]))
            time.sleep(reply.after)

    def log_message(self, *_: Any) -> None: ...


@contextmanager
def served() -> Iterator[Endpoint]:
    with Endpoint() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@contextmanager
def set_in_the_middle(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Endpoint]:
    """An endpoint that the settings name; what they call home is another folder meanwhile."""
    with served() as server:
        chosen = {"MIDDLE_URL": server.url, "MIDDLE_MODEL": "stub-1", "MIDDLE_KEY": KEY, "HOME": str(home)}
        for name, value in chosen.items():
            monkeypatch.setenv(f"DETECTOR_{name}", value)
        settings.cache_clear()
        yield server
    monkeypatch.undo()
    settings.cache_clear()
