"""`python -m benchmarks.large_feed`: pulls a feed of gigabytes, and says whether memory stays flat.

The feed is made while it is sent, and lies on no disk but where a pull lays it down.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from benchmarks.speed.pull import run_pull

_MOST = 300
"""MB that a pull of any size may take."""
_BEGIN = b'<rss xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
_END = b"</channel></rss>\n"
_SPARSE = b"<!--" + b" " * 49_000 + b"-->\n"
"""Between two listings, so that most of the gigabytes take little time."""
_SOURCES = """
sources:
  - {{name: feed, kind: merchant, url: "{url}/feed.xml", bytes: 1000 GB}}
"""


def main() -> int:
    """Exit status: 0, or 1 where memory grew beyond what a pull may take, or listings were lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_feed", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=5.0, help="how large (default: %(default)s)")
    count = max(1, int(parser.parse_args().gigabytes * 1e9 / len(_item(0))))
    with tempfile.TemporaryDirectory(prefix="detector-feed-") as temporary, _served(count) as url:
        folder = Path(temporary)
        (folder / "sources.yaml").write_text(_SOURCES.format(url=url))
        words = ["-m", "workers.cli", "pull", "feed", "--sources", str(folder / "sources.yaml"), "--out"]
        run = run_pull(folder, folder / "out.jsonl", words, url)
    flat = run.peak <= _MOST and run.lines == count
    print(
        f"{count * len(_item(0)) / 1e9:.2f} GB, {run.lines:,} of {count:,} listings in {run.seconds:,.0f} s, "
        f"{run.computed:,.0f} s of them computing; memory {run.peak:,.0f} MB at most, {_MOST} allowed"
    )
    return int(not flat)


def _item(number: int) -> bytes:
    return (
        f"<item><g:id>L{number:09}</g:id><g:title>Shoes {number:09}</g:title>"
        f"<g:description>{'As good as new. ' * 60}</g:description></item>\n"
    ).encode() + _SPARSE


@contextmanager
def _served(count: int) -> Iterator[str]:
    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = len(_BEGIN) + count * len(_item(0)) + len(_END)
            self.send_response(200)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(size))
            self.end_headers()
            self.wfile.write(_BEGIN)
            for number in range(count):
                self.wfile.write(_item(number))
            self.wfile.write(_END)

        def log_message(self, *_: object) -> None:
            """Nobody wants to read it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    sys.exit(main())
