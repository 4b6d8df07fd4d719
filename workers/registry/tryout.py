"""`detector brands try`: what a brand would flag in a catalogue before it goes live."""

import argparse
import signal
import sys
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

from detector.counted import counted
from detector.result import Verdict
from workers.catalogue import Row, open_catalogue, parse_listing
from workers.judges import judge_from
from workers.judging import Outcome
from workers.pool import processors
from workers.progress import progress_on
from workers.registry.exports import export_one
from workers.scanning import scan_rows
from workers.summary import Tally
from workers.visible import plain

_EXAMPLES = 3
"""Of each reason."""
_GRAVEST = 20
"""Listings that are told of with --json beside the counts."""


def try_(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where it was interrupted or the catalogue broke off."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    catalogue = open_catalogue(arguments.catalogue)
    tried = Trial()
    with tempfile.TemporaryDirectory(prefix="detector-try-") as temporary:
        folder = Path(temporary) / "brand"
        name = export_one(arguments.id, folder)
        # As it would be live, whatever it is now: read from files, a brand has no state.
        judge, _ = judge_from(folder, not arguments.no_pictures)
        with closing(progress_on(sys.stderr, catalogue.done, "trying")) as progress:

            def take(rows: list[Row], outcomes: list[Outcome]) -> None:
                tried.take(rows, outcomes)
                progress.show(tried.tally)

            ended = scan_rows(
                catalogue, judge, take, workers=processors(), pictures=not arguments.no_pictures
            )
    if arguments.json:
        sys.stdout.buffer.write(orjson.dumps(tried.told(), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        tried.show(name, ended)
    return int(not ended or tried.broken is not None)


class Trial:
    """What was found, counted, with the gravest examples of each reason."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.broken: str | None = None
        self._examples: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._gravest: list[dict[str, Any]] = []

    def take(self, rows: list[Row], outcomes: list[Outcome]) -> None:
        self.tally.count(outcomes)
        if rows[-1].last:
            self.broken = rows[-1].problem
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome.verdict is Verdict.FLAG and row.data is not None:
                self._keep(parse_listing(row.data).title, orjson.loads(outcome.line))

    def _keep(self, title: str, result: dict[str, Any]) -> None:
        flagged = {"listing_id": result["listing_id"], "title": title, "risk": result["risk"]}
        flagged["cases"] = result["cases"]
        self._gravest = _foremost([*self._gravest, flagged], _GRAVEST)
        for reason in {reason for case in result["cases"] for reason in case["reasons"]}:
            self._examples[reason] = _foremost([*self._examples[reason], flagged], _EXAMPLES)

    def told(self) -> dict[str, Any]:
        """For a program."""
        tally = self.tally
        return {
            "listings": tally.verdicts.total(),
            "flagged": tally.flagged,
            "incomplete": tally.verdicts[Verdict.INCOMPLETE],
            "rejected": tally.rejected,
            "reasons": dict(tally.reasons.most_common()),
            "only_counted": tally.shadow.total(),
            "gravest": self._gravest,
        }

    def show(self, name: str, ended: bool) -> None:
        """For a person."""
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        console, tally = Console(highlight=False), self.tally
        listings = tally.verdicts.total()
        if not ended or self.broken:
            console.print(f"[yellow]Not the whole catalogue:[/] {escape(plain(self.broken or 'stopped'))}")
        share = f", {tally.flagged / listings:.2%}" if listings else ""
        console.print(
            f"Live, [bold]{escape(plain(name))}[/] would flag [bold red]{tally.flagged:,}[/] of "
            f"{counted(listings, 'listing')}{share}",
            soft_wrap=True,
        )
        incomplete = tally.verdicts[Verdict.INCOMPLETE]
        for count, what in (
            (tally.shadow.total(), "more for reasons in shadow, which are only counted"),
            (incomplete, "are incomplete, as a picture could not be had or read"),
            (tally.rejected, "rows hold no listing"),
        ):
            if count:
                console.print(f"[dim]{count:,} {what}[/]")
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("reason")
        table.add_column("listings", justify="right")
        table.add_column("for example", overflow="fold")
        for reason, count in tally.reasons.most_common():
            if not self._examples[reason]:
                continue
            for rank, example in enumerate(self._examples[reason]):
                told = f"{example['listing_id']}  {example['title'][:70]}"
                first = (escape(reason), f"{count:,}") if rank == 0 else ("", "")
                table.add_row(*first, f"{escape(plain(told))} [dim]{example['risk']:.2f}[/]")
        if table.row_count:
            console.print()
            console.print(table)


def _foremost(found: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    return sorted(found, key=lambda one: -one["risk"])[:most]
