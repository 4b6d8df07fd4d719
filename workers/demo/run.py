"""Makes the sample marketplace, scans it from disk, and compares what is found with what is expected."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from detector.errors import DetectorError
from workers.demo.market import Market, make
from workers.demo.report import Line, Outcome, print_report, read_lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, whatever was found; else the scan's own."""
    options = _options(arguments)
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
    market = _made(options.folder)
    results = market.folder / "results.jsonl"
    words = ["scan", str(market.catalogue), "--brands", str(market.brands), "--out", str(results)]
    if options.workers:
        words += ["--workers", str(options.workers)]
    console.print(f"[dim]$ .venv/bin/detector {shlex.join(words)}[/]", soft_wrap=True)
    sys.stdout.flush()
    if status := _detector(words):
        return status
    lines = read_lines(market.catalogue, market.expected, results)
    console.print()
    print_report(console, lines)
    _print_next(console, market, lines)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after printing (the only way yet)")
    parser.add_argument(
        "--folder", type=Path, default=Path("demo"), help="where the sample goes (default: %(default)s)"
    )
    parser.add_argument(
        "--workers", type=int, default=0, metavar="N", help="processes (default: one a processor)"
    )
    return parser.parse_args(arguments)


def _made(folder: Path) -> Market:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("making the sample marketplace", total=None)

        def step(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        return make(folder, step=step)


def _detector(words: list[str]) -> int:
    from workers.cli import main as detector

    return detector(words)


def _print_next(console: Console, market: Market, lines: list[Line]) -> None:
    shown = next((line for line in lines if line.outcome is Outcome.RIGHT), lines[0])
    console.print()
    console.print(f"Catalogue, brands, pictures, expectations and results are in [bold]{market.folder}/[/].")
    words = f"check {market.catalogue} --brands {market.brands} --id {shown.expected['listing_id']}"
    console.print(f"Next, one listing explained: [bold].venv/bin/detector {words}[/]", soft_wrap=True)
    console.print(
        "[dim]The demo ends here, with --once or without: there is no review console to serve yet.[/]"
    )
