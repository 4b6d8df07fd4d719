"""Makes the sample marketplace, serves it, has the workers pull and judge it, and compares what is found with
what is expected.
"""

import argparse
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import yaml
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select

from detector.errors import DetectorError
from storage.database import Database, database_url
from storage.settings import settings
from workers.demo.brands import MARKETPLACE
from workers.demo.market import Market, make
from workers.demo.report import Line, Outcome, print_report, read_lines
from workers.demo.shop.goods import goods_of
from workers.demo.shop.server import Marketplace, served
from workers.graph.tables import Item
from workers.pool import processors
from workers.serve import listening
from workers.worker import beside


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, whatever was found; else the scan's own."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(options)
    except DetectorError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("demo: stopped", file=sys.stderr)
        return 1


def _run(options: argparse.Namespace) -> int:
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    if not options.once:
        with listening("127.0.0.1", options.port):  # rather told now than in minutes
            pass
    market = _made(options.folder)
    with _installation(market) as home, served(goods_of(market.catalogue), market.folder / "images") as shop:
        _write_sources(home, shop, market)
        for words in (["brands", "import", str(market.brands)], ["snapshot", "build"]):
            if status := _detector(console, words):
                return status
        with beside(options.workers, home / "workers.log"):
            if status := _detector(console, ["pull", NAME, "--wait"]):
                return status
            results = market.folder / "results.jsonl"
            _write_results(results)
            lines = read_lines(market.catalogue, market.expected, results)
            console.print()
            print_report(console, lines)
            _print_next(console, market, lines)
            if options.once:
                return 0
            return _detector(console, ["serve", "--alone", "--port", str(options.port)])


NAME = "demo"


@contextmanager
def _installation(market: Market) -> Iterator[Path]:
    """A home of the demo's own, empty: nobody's data is touched, and nothing of an earlier run counts."""
    home = market.folder.resolve() / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    own = {"DETECTOR_HOME": str(home), "DETECTOR_SOURCES": str(home / "sources.yaml")}
    before = dict(os.environ)
    for name in ("DETECTOR_DATABASE", "DETECTOR_BROKER"):
        os.environ.pop(name, None)
    os.environ.update(own)
    settings.cache_clear()
    try:
        yield home
    finally:
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()


def _write_sources(home: Path, shop: Marketplace, market: Market) -> None:
    """The marketplace as an operator would describe it: a JSON API, and what its fields mean."""
    os.environ["DETECTOR_FETCH_ALLOW"] = f"127.0.0.1:{shop.port}"
    settings.cache_clear()
    named = {name for listing in goods_of(market.catalogue) for name in listing.get("attributes", {})}
    fields = {name: name for name in ("id", "title", "description", "brand", "category", "condition", "url")}
    fields |= {"images": "images", "price": "price.amount", "currency": "price.currency"}
    fields |= {f"seller_{name}": f"seller.{name}" for name in ("id", "name", "country")}
    fields |= {f"attributes.{name}": f'attributes."{name}"' for name in sorted(named)}
    source = {
        "name": NAME,
        "kind": "json",
        "marketplace": MARKETPLACE,
        "url": f"{shop.url}/api/pages",
        "delay": 0,
        "paging": {"by": "page", "param": "page", "size_param": "limit"},
        "fields": fields,
    }
    (home / "sources.yaml").write_text(yaml.safe_dump({"sources": [source]}, sort_keys=False), "utf-8")


def _write_results(file: Path) -> None:
    """The results as a scan would write them."""
    with closing(Database(database_url())) as database, database.reading() as session:
        lines = session.scalars(select(Item.result).where(Item.result.is_not(None)).order_by(Item.id))
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after printing, without serving the pages")
    parser.add_argument(
        "--folder", type=Path, default=Path("demo"), help="where the sample goes (default: %(default)s)"
    )
    parser.add_argument(
        "--workers", type=int, default=processors(), metavar="N", help="processes (default: one a processor)"
    )
    parser.add_argument("--port", type=int, default=8000, help="of the pages (default: %(default)s)")
    return parser.parse_args(arguments)


def _made(folder: Path) -> Market:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("making the sample marketplace", total=None)

        def step(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        return make(folder, step=step)


def _detector(console: Console, words: list[str]) -> int:
    from workers.cli import main as detector

    console.print(f"[dim]$ .venv/bin/detector {shlex.join(words)}[/]", soft_wrap=True)
    sys.stdout.flush()
    return detector(words)


def _print_next(console: Console, market: Market, lines: list[Line]) -> None:
    shown = next((line for line in lines if line.outcome is Outcome.RIGHT), lines[0])
    console.print()
    console.print(f"Catalogue, brands, pictures, expectations and results are in [bold]{market.folder}/[/].")
    words = f"check {market.catalogue} --brands {market.brands} --id {shown.expected['listing_id']}"
    console.print(f"Next, one listing explained: [bold].venv/bin/detector {words}[/]", soft_wrap=True)
