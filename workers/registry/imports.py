"""`detector brands import`: what became of each brand, counted, with the first reasons."""

import argparse
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import IO

import orjson

from brand_registry.access import operator
from brand_registry.batch import Fate, Outcome
from brand_registry.formats import brand_entries
from brand_registry.importing import Import
from brand_registry.states import BrandState
from detector.counted import counted
from detector.errors import UnreadableInput
from storage.blobs import blobs
from workers.registry.opened import opened
from workers.visible import plain

_SHOWN = 10
"""Brands that are named of each kind; a file named by --rejects holds all."""
_SECONDS_BETWEEN_LINES = 10.0


def import_(arguments: argparse.Namespace) -> int:
    """Exit status: 0 whatever was refused, 1 interrupted, 2 where nothing could be read."""
    path: Path = arguments.path
    rejects: Path | None = arguments.rejects
    if rejects is not None and (rejects.is_dir() or not rejects.parent.is_dir()):
        raise UnreadableInput(f"{rejects}: cannot be written; name a file in a folder that exists")
    tally, stopped = _Tally(), False
    with ExitStack() as stack:
        database = stack.enter_context(opened())
        file = stack.enter_context(rejects.open("wb")) if rejects else None
        progress = stack.enter_context(closing(_Progress()))
        state = BrandState(arguments.state) if arguments.state else None
        run = Import(database, blobs(), operator(), arguments.owner, state=state, dry_run=arguments.dry_run)
        try:
            for outcomes in run.outcomes(brand_entries(path, arguments.format)):
                tally.count(outcomes)
                _write(file, outcomes)
                progress.show(tally)
        except KeyboardInterrupt:
            stopped = True
        except BaseException:
            progress.close()
            if tally.total:
                _print(tally, arguments.dry_run, stopped=True, rejects=rejects)
            raise
    _print(tally, arguments.dry_run, stopped, rejects)
    if not tally.total and not stopped:
        raise UnreadableInput(f"{path}: holds no brand; is it the right file?")
    return int(stopped)


class _Tally:
    """Counts, and the first of what a person should look at."""

    def __init__(self) -> None:
        self.fates: Counter[Fate] = Counter()
        self.told: dict[str, list[str]] = {"refused": [], "warned": []}
        self.warned = 0
        self.skipped: Counter[str] = Counter()
        self.first: dict[str, str] = {}
        self._began = time.monotonic()

    @property
    def total(self) -> int:
        return self.fates.total()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def count(self, outcomes: list[Outcome]) -> None:
        for one in outcomes:
            self.fates[one.fate] += 1
            self.warned += bool(one.warnings)
            if one.fate is Fate.SKIPPED:
                self.skipped[one.why or ""] += 1
                self.first.setdefault(one.why or "", one.where)
            if one.fate is Fate.REFUSED:
                self._tell("refused", one, one.why or "")
            if one.warnings:
                self._tell("warned", one, "; ".join(one.warnings))

    def _tell(self, kind: str, one: Outcome, what: str) -> None:
        if len(self.told[kind]) < _SHOWN:
            self.told[kind].append(f"{one.where}: {what}")


def _write(file: IO[bytes] | None, outcomes: list[Outcome]) -> None:
    if file is None:
        return
    for one in outcomes:
        if one.why or one.warnings:
            told = {"where": one.where, "brand": one.brand, "fate": one.fate, "why": one.why}
            file.write(orjson.dumps(told | {"warnings": one.warnings}) + b"\n")
    file.flush()


def _print(tally: _Tally, dry_run: bool, stopped: bool, rejects: Path | None) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(file=sys.stderr, highlight=False)
    title = "Would be imported; nothing was changed" if dry_run else "Imported"
    table = Table(
        title="Stopped" if stopped else title,
        title_style="bold",
        title_justify="left",
        show_header=False,
        box=None,
        pad_edge=False,
    )
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    styles = {Fate.NEW: "green", Fate.CHANGED: "cyan", Fate.REFUSED: "bold red"}
    for fate in Fate:
        count, style = tally.fates[fate], styles.get(fate, "")
        shown = f"[{style}]{count:,}[/]" if style and count else f"{count:,}"
        table.add_row(fate.value, shown, _NOTES[fate] if count else "")
    if tally.warned:
        table.add_row("with warnings", f"[yellow]{tally.warned:,}[/]", "taken all the same; look at them")
    console.print(table)
    console.print(
        f"[dim]{tally.seconds:,.1f} s, {tally.total / max(tally.seconds, 1e-6):,.0f} brands a second[/]"
    )
    for reason, count in tally.skipped.most_common(_SHOWN):
        at = f"{'' if count == 1 else 'the first: '}{tally.first[reason]}"
        console.print(
            f"[dim]skipped {count:,}:[/] {escape(plain(reason))} [dim]({escape(plain(at))})[/]",
            soft_wrap=True,
        )
    counts = {"refused": tally.fates[Fate.REFUSED], "warned": tally.warned}
    for kind, style in (("refused", "bold red"), ("warned", "yellow")):
        told = tally.told[kind]
        for line in told:
            console.print(f"[{style}]{kind}[/] {escape(plain(line))}", soft_wrap=True)
        if counts[kind] > len(told):
            where = f"all of them: {rejects}" if rejects else "name a file with --rejects to see all"
            console.print(
                f"[dim]and {counts[kind] - len(told):,} more {kind}; {escape(where)}[/]", soft_wrap=True
            )
    if stopped and not dry_run:
        console.print(
            "What was counted is kept. Run the same again to go on: what is in stays as it is.",
            soft_wrap=True,
        )


_NOTES = {
    Fate.NEW: "",
    Fate.CHANGED: "the file says something else than the registry did",
    Fate.SAME: "in the registry already, left alone",
    Fate.REFUSED: "nothing of them was taken",
    Fate.SKIPPED: "not meant to be taken",
}


class _Progress:
    """A line that is rewritten on a terminal, one now and then elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._open = False

    def show(self, tally: _Tally) -> None:
        line = f"{counted(tally.total, 'brand')}, {tally.total / max(tally.seconds, 1e-6):,.0f} a second"
        if self._terminal:
            print(f"\r\x1b[2K{line}", end="", file=sys.stderr, flush=True)
            self._open = True
        elif time.monotonic() - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = time.monotonic()
            print(line, file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._open:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)
            self._open = False
