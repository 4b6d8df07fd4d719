"""What workers write, line by line, and where traces go."""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest


def lines(code: str) -> list[dict]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.slow
def test_every_line_is_an_object_whoever_writes_it() -> None:
    ours, theirs, failed = lines("""
import logging, structlog
from workers.logs import configure
configure()
structlog.get_logger().info("judged", run=3, listing="L\\n1", verdict="flag")
logging.getLogger("celery.worker").warning("lost %s", "it")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("kombu").exception("failed")
""")
    assert ours["event"] == "judged"
    assert (ours["run"], ours["listing"], ours["level"]) == (3, "L\n1", "info")
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("lost it", "celery.worker", "warning")
    assert failed["exception"][0]["exc_type"] == "ZeroDivisionError"


@pytest.mark.slow
def test_traces_go_where_the_environment_says(monkeypatch) -> None:
    pytest.importorskip("opentelemetry.sdk")
    got = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        code = """
from workers.traces import trace
trace()
from opentelemetry import trace as telemetry
with telemetry.get_tracer("test").start_as_current_span("a step of ours"):
    pass
telemetry.get_tracer_provider().force_flush()
"""
        subprocess.run([sys.executable, "-c", code], check=True)
        server.shutdown()
    assert [path for path, _ in got] == ["/v1/traces"]
    assert b"a step of ours" in got[0][1]
    assert b"detector" in got[0][1]
