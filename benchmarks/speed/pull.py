"""a pull of 100,000 listings from a marketplace that is really served, beside a bare loop of requests"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measurement import Measurement

NAME = "pull"

_LISTINGS = 100_000
_PLAIN = """
import json, sys
import httpx
url, out = sys.argv[1:]
after = 0
with httpx.Client() as client, open(out, "w") as lines:
    while products := client.get(f"{url}/products.json?limit=250&since_id={after}").json()["products"]:
        lines.writelines(json.dumps(product) + "\\n" for product in products)
        after = products[-1]["id"]
"""
_SOURCES = """
sources:
  - {{name: shopify, kind: shopify, url: "{url}", delay: 0}}
  - {{name: woocommerce, kind: woocommerce, url: "{url}", delay: 0}}
  - {{name: feed, kind: merchant, url: "{url}/feed.xml"}}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of a process from its start to its end, those that it computed, its peak memory in MB, and the
    lines it wrote.
    """

    seconds: float
    computed: float
    peak: float
    lines: int


def measure() -> Iterator[Measurement]:
    """Each pull runs in a process of its own; the marketplace in another."""
    with tempfile.TemporaryDirectory(prefix="detector-bench-") as temporary, _served() as url:
        folder = Path(temporary)
        (folder / "sources.yaml").write_text(_SOURCES.format(url=url))
        plain = run_pull(folder, folder / "plain.jsonl", ["-c", _PLAIN, url], url)
        for source, what in (
            ("shopify", "from Shopify's products.json"),
            ("woocommerce", "from WooCommerce"),
            ("feed", "from a Merchant feed"),
        ):
            words = ["-m", "workers.cli", "pull", source, "--sources", str(folder / "sources.yaml"), "--out"]
            run = run_pull(folder, folder / f"{source}.jsonl", words, url)
            if run.lines != _LISTINGS:
                raise RuntimeError(f"{run.lines:,} listings came of {_LISTINGS:,}")
            note = (
                f"{run.lines:,} listings in {run.seconds:,.0f} s, {run.computed:,.0f} s of them computing; "
                "validated, each once, with a cursor a page"
            )
            peers = (("httpx in a loop, nothing checked", plain.lines / plain.seconds),) * (
                source == "shopify"
            )
            yield Measurement(NAME, what, run.lines / run.seconds, "listings/s", peers=peers, note=note)
            peers = (("httpx in a loop, nothing checked", plain.peak),) * (source == "shopify")
            yield Measurement(NAME, f"peak memory {what}", run.peak, "MB", 300, at_most=True, peers=peers)


@contextmanager
def _served() -> Iterator[str]:
    words = [sys.executable, "-m", "workers.demo.shop", "--port", "0", "--size", str(_LISTINGS)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield (server.stdout.readline() if server.stdout else "").strip()
        finally:
            server.terminate()


def run_pull(home: Path, out: Path, words: list[str], url: str) -> Run:
    """Runs Python with these words and `out`; `url` may be fetched from though it is not public."""
    place = url.removeprefix("http://")
    environment = {**os.environ, "DETECTOR_FETCH_ALLOW": place, "DETECTOR_HOME": str(home / "home")}
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *words, str(out)], env=environment, stderr=subprocess.DEVNULL
    ) as run:
        _, status, used = os.wait4(run.pid, 0)
        seconds = time.monotonic() - began
        run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise RuntimeError(f"{' '.join(words[:4])} ended with {run.returncode}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    with out.open("rb") as lines:
        computed = used.ru_utime + used.ru_stime
        return Run(seconds, computed, used.ru_maxrss / unit, sum(1 for _ in lines))
