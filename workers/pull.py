"""`detector pull`: gets the listings of a marketplace, as far as they are new."""

import argparse
import asyncio
import shlex
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.counted import counted
from detector.errors import DetectorError, UnreadableInput
from storage.settings import settings
from workers.typed import typed
from workers.visible import plain

if TYPE_CHECKING:
    from workers.sources.protocol import Page
    from workers.sources.pulled_file import PulledFiles
    from workers.sources.pulling import Pull
    from workers.sources.settings import SourceSettings

_SECONDS_BETWEEN_LINES = 10.0
_REASONS_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="the name of a source in the file of sources, or without --out the path of a catalogue",
    )
    parser.add_argument(
        "--sources",
        type=Path,
        metavar="F.yaml",
        help="the file of sources (default: by the setting DETECTOR_SOURCES, else sources.yaml)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="F.jsonl",
        help="a file for the listings, a line each; rejects and the cursor lie beside it (default: the "
        "workers pull them into the database and judge them)",
    )
    parser.add_argument(
        "--wait", action="store_true", help="without --out: until all the listings are judged or put aside"
    )
    parser.add_argument(
        "--whole",
        action="store_true",
        help="without --out: all there is, not what has changed since the last pull, so that it is known "
        "which listings are gone",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on where the last pull into --out stopped; where it came to its end, add what has changed",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0 done, 1 interrupted or the shop failed, 2 wrong usage or sources that make no sense."""
    if arguments.out is None:
        return _given(arguments)
    if arguments.whole:
        raise UnreadableInput("a pull into a file is whole unless it has --resume; leave --whole out")
    from workers.sources.configured import named_source
    from workers.sources.errors import BadSources
    from workers.sources.pulled_file import PulledFiles

    source = named_source(arguments.sources or settings().sources, arguments.source)
    if source.paused:
        raise BadSources(
            f"the source {source.name} is paused; set `paused: false` in its settings to pull it"
        )
    out: Path = arguments.out
    if out.is_dir() or not out.parent.is_dir():
        raise UnreadableInput(f"{out}: cannot be written; name a file in a folder that exists")
    with PulledFiles(out, source.name, arguments.resume) as files:
        for kept in files.kept:
            print(f"detector: what an earlier pull wrote is kept as {kept}", file=sys.stderr)
        report = _Report(source)
        # Both end it at the end of a page's writing, never within.
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        try:
            asyncio.run(_pull(source, files, report))
        except KeyboardInterrupt:
            report.stopped = "interrupted"
        except DetectorError as error:
            report.stopped = str(error)
    again = [*arguments.words, *([] if arguments.resume else ["--resume"])]
    report.print(files, shlex.join([typed(), *again]))
    return 1 if report.stopped else 0


def _given(arguments: argparse.Namespace) -> int:
    from workers.pulls import give

    if arguments.resume or arguments.sources:
        raise UnreadableInput(
            "--resume and --sources are for a pull into a file: name it with --out, or leave them out; the "
            "workers go on by themselves, with the sources of the setting DETECTOR_SOURCES"
        )
    source = str(Path(arguments.source).resolve()) if Path(arguments.source).exists() else arguments.source
    return give(source, arguments.wait, arguments.whole)


async def _pull(source: "SourceSettings", files: "PulledFiles", report: "_Report") -> None:
    from workers.sources.opening import opened

    async with opened(source) as pull:
        report.pull = pull
        async for page in pull.pages(files.since):
            files.keep(page)
            report.show(page)


class _Report:
    """What a person hears of a pull: how far it is, and in the end what came of it."""

    def __init__(self, source: "SourceSettings") -> None:
        self.source = source
        self.pull: Pull | None = None
        self.stopped: str | None = None
        self._reasons: Counter[str] = Counter()
        self._began = self._last = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def show(self, page: "Page") -> None:
        self._reasons.update(str(row.problem)[:200] for row in page.rows if row.data is None)
        between = 0.1 if self._terminal else _SECONDS_BETWEEN_LINES
        if self.pull and time.monotonic() - self._last >= between:
            self._last = time.monotonic()
            counts = self.pull.counts
            listings = counted(counts.listings, "listing")
            line = f"{listings}, {counts.rejects:,} rejected, {self._rate():,.0f} a second"
            print(f"\r\x1b[K{line}" if self._terminal else line, end="" if self._terminal else "\n",
                  file=sys.stderr, flush=True)  # fmt: skip

    def _rate(self) -> float:
        rows = self.pull.counts.rows if self.pull else 0
        return rows / max(time.monotonic() - self._began, 1e-6)

    def print(self, files: "PulledFiles", again: str) -> None:
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        if self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr)
        console = Console(file=sys.stderr, highlight=False)
        title = f"{'Stopped; so far from' if self.stopped else 'Pulled from'} {self.source.name}"
        console.print(f"[bold]{title}[/]")
        table = Table(show_header=False, box=None, pad_edge=False)
        table.add_column(style="dim")
        table.add_column(justify="right")
        table.add_column(overflow="fold")
        for name, count, note in self._counts(files):
            table.add_row(name, f"{count:,}", escape(plain(note)))
        console.print(table)
        if self.pull:
            web = self.pull.web
            sent = (
                f"{counted(web.requests, 'request')}, {web.received / 1e6:,.1f} MB; " if web.requests else ""
            )
            seconds = time.monotonic() - self._began
            console.print(
                f"[dim]{sent}{seconds:,.1f} s, {self._rate():,.0f} rows a second[/]", soft_wrap=True
            )
        self._print_end(console, files, again)

    def _counts(self, files: "PulledFiles") -> list[tuple[str, int, str]]:
        if self.pull is None:
            return []
        counts = self.pull.counts
        shown = [("listings", counts.listings, "" if counts.listings else "nothing new")]
        if counts.changed:
            shown.append(
                ("  met again, changed", counts.changed, "the shop changed them, or gave an id twice")
            )
        if counts.repeats:
            shown.append(("met again as they were", counts.repeats, "dropped"))
        shown.append(("rows rejected", counts.rejects, f"why: {files.rejects}" if counts.rejects else ""))
        shown += [("", count, reason) for reason, count in self._reasons.most_common(_REASONS_SHOWN)]
        return shown

    def _print_end(self, console: Any, files: "PulledFiles", again: str) -> None:
        from rich.markup import escape

        spent = self.pull.spent if self.pull else None
        if self.stopped:
            console.print(
                f"[bold red]Not pulled to its end:[/] {escape(plain(self.stopped))}", soft_wrap=True
            )
        elif spent:
            console.print(f"[yellow]Ended by its budget:[/] {escape(spent)}", soft_wrap=True)
        console.print(f"Listings in {escape(str(files.out))}", soft_wrap=True)
        if (self.stopped or spent) and files.begun:
            console.print(f"What came is kept. To go on: [bold]{escape(again)}[/]", soft_wrap=True)
