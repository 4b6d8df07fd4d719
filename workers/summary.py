"""What a scan found, counted, and said to a person on one screen."""

import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from detector.counted import counted
from detector.result import Verdict
from workers.judging import Outcome
from workers.visible import plain

_BRANDS_SHOWN = 5
_NOT_UTF8 = re.compile(r"^([^:]* )?not UTF-8: ")
_SHADOW = "in shadow, not shown"


class Tally:
    """Counts as the scan goes. `rate` is of this run alone; the other counts hold what an earlier one did
    too. `unread` says of brands why they were not looked for.
    """

    def __init__(self, unread: Sequence[str] = ()) -> None:
        self.unread = unread
        self.verdicts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.brands: Counter[str] = Counter()
        self.shadow: Counter[str] = Counter()
        self.rejected = 0
        self.not_utf8 = 0
        self.broken: str | None = None
        self.failure: str | None = None
        self.gravest: str | None = None
        self._highest = 0.0
        self._earlier = 0
        self._began = time.monotonic()

    @property
    def flagged(self) -> int:
        return self.verdicts[Verdict.FLAG]

    @property
    def rows(self) -> int:
        return self.verdicts.total() + self.rejected

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def __str__(self) -> str:
        return f"{counted(self.rows, 'row')}, {self.flagged:,} flagged, {self.rate():,.0f} a second"

    def rate(self) -> float:
        """Rows a second."""
        return (self.rows - self._earlier) / max(self.seconds, 1e-6)

    def count(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.verdict is None:
                self._reject(outcome.rejected or "")
                if outcome.failed:
                    self.failure = self.failure or outcome.rejected
            else:
                self.verdicts[outcome.verdict] += 1
                self.reasons.update(outcome.reasons)
                self.brands.update(outcome.brands)
                self.shadow.update(outcome.counted)
                self._weigh(outcome.verdict, outcome.risk, outcome.listing_id)

    def count_earlier(self, result: Mapping[str, Any]) -> None:
        """A row of an interrupted scan: the result it has, or its reject."""
        self._earlier += 1
        if "reason" in result:
            self._reject(result["reason"])
            if result.get("failed"):
                self.failure = self.failure or result["reason"]
            return
        cases = result.get("cases", [])
        self.verdicts[result["verdict"]] += 1
        self.reasons.update({reason for case in cases for reason in case["reasons"]})
        self.brands.update(case["brand"] for case in cases)
        self._weigh(result["verdict"], result["risk"], result["listing_id"])

    def _reject(self, reason: str) -> None:
        self.rejected += 1
        self.not_utf8 += _NOT_UTF8.search(reason) is not None

    def _weigh(self, verdict: str, risk: float, listing_id: str) -> None:
        if verdict == Verdict.FLAG and risk > self._highest:
            self._highest, self.gravest = risk, listing_id


def peak_memory() -> tuple[float, float]:
    """The peak of this process and of its largest child that has ended, in MB."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit,
    )


def print_summary(
    tally: Tally, out: Path | None, rejects: Path | None, next_step: str | None, stopped: bool
) -> None:
    """Prints to standard error. `next_step` is the command to type next, where there is one."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(file=sys.stderr, highlight=False)
    table = Table(
        title="Interrupted; so far" if stopped else "Scanned",
        title_style="bold",
        title_justify="left",
        show_header=False,
        box=None,
        pad_edge=False,
    )
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    judged = tally.verdicts.total()

    def add(name: str, count: int, note: str = "", style: str = "") -> None:
        table.add_row(name, f"[{style}]{count:,}[/]" if style and count else f"{count:,}", note)

    share = f"{tally.flagged / judged:.1%} of the listings" if judged else ""
    add("listings", judged)
    add("  flagged", tally.flagged, f"{share}, for a person to review" if tally.flagged else "", "bold red")
    add("  clear", tally.verdicts[Verdict.CLEAR], "", "green")
    incomplete = tally.verdicts[Verdict.INCOMPLETE]
    add(
        "  incomplete",
        incomplete,
        "a picture could not be had or read: see `missing`" if incomplete else "",
        "yellow",
    )
    add("rows rejected", tally.rejected, escape(_where(rejects)) if tally.rejected else "", "yellow")
    if tally.not_utf8:
        add("  not UTF-8", tally.not_utf8, "see below", "yellow")
    _add_ranking(table, "reasons", tally.reasons)
    _add_ranking(table, "brands", tally.brands)
    _add_ranking(table, _SHADOW, tally.shadow)
    console.print(table)
    ours, child = peak_memory()
    console.print(
        f"[dim]{tally.seconds:,.1f} s, {tally.rate():,.{0 if tally.rate() > 20 else 1}f} rows a second; "
        f"memory {ours:,.0f} MB, {child:,.0f} MB in a process that reads[/]",
        soft_wrap=True,
    )
    if tally.broken:
        console.print(f"[bold red]The catalogue was not read to its end:[/] {escape(plain(tally.broken))}")
    if tally.not_utf8:
        rows = counted(tally.not_utf8, "row is", "rows are")
        console.print(
            f"[yellow]{rows} not in UTF-8, and so not looked at:[/] likely in Latin-1 or Windows-1252. "
            "Save the file as UTF-8 (iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW) and scan it again.",
            soft_wrap=True,
        )
    _print_unread(console, tally.unread)
    if tally.failure:
        console.print(
            f"[bold red]Some rows were rejected as[/] {escape(plain(tally.failure))}; please report it"
        )
    if not tally.rows and not stopped:
        console.print("[yellow]The catalogue holds no row:[/] nothing was scanned. Is it the right file?")
    if stopped and next_step:
        console.print("What is done is kept. To go on:", soft_wrap=True)
    elif stopped:
        console.print(
            "Output that goes to a pipe cannot be continued; name a file with --out.", soft_wrap=True
        )
    elif out is not None:
        console.print(f"Results in {escape(str(out))}", soft_wrap=True)
    if next_step:
        console.print(
            f"{'' if stopped else 'The gravest, explained: '}[bold]{escape(next_step)}[/]", soft_wrap=True
        )


def _print_unread(console: Any, unread: Sequence[str]) -> None:
    from rich.markup import escape

    if not unread:
        return
    console.print("[bold red]Not looked for, as they could not be read:[/]", soft_wrap=True)
    for one in unread[:_BRANDS_SHOWN]:
        console.print(f"  {escape(plain(one))}", soft_wrap=True)
    if len(unread) > _BRANDS_SHOWN:
        console.print("  and others, told at the start")


def _where(rejects: Path | None) -> str:
    return f"why: {rejects}" if rejects else "name a file with --rejects to see why"


def _add_ranking(table: Any, title: str, counts: Counter[str]) -> None:
    from rich.markup import escape

    for rank, (name, count) in enumerate(counts.most_common(None if title == "reasons" else _BRANDS_SHOWN)):
        table.add_row(title if rank == 0 else "", f"{count:,}", escape(plain(name[:60])))
    if title != "reasons" and len(counts) > _BRANDS_SHOWN:
        table.add_row("", "", f"and {len(counts) - _BRANDS_SHOWN:,} more")
