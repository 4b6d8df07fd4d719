"""`detector status`: how the work stands, for a person at a terminal or, with --json, for a program."""

import argparse
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from detector.counted import counted
from storage.database import Database, database_url
from storage.settings import settings
from workers.typed import typed
from workers.visible import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from workers.graph.telling import Beating, Standing

_SILENT = 60.0
"""Seconds without anything finished after which a queue with work in it looks dead."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where work waits and nothing gets done."""
    from workers.graph.telling import standing

    database = Database(database_url())
    try:
        now = standing(database)
    finally:
        database.close()
    if arguments.json:
        sys.stdout.buffer.write(orjson.dumps(now, option=orjson.OPT_APPEND_NEWLINE))
    else:
        from rich.console import Console

        show(Console(highlight=False), now)
    return int(halted(now))


def halted(now: "Standing") -> bool:
    """Whether work waits and nothing gets done."""
    waits = now.outbox or any(stage.waiting for stage in now.stages)
    return bool(dead(now)) or bool(now.queues is None and waits)


def dead(now: "Standing | Beating") -> list[str]:
    """The queues in which work waits and nobody has finished anything for a minute, but for those whose tasks
    may take hours.
    """
    from workers.app import ALONE

    waiting = {name for name, count in (now.queues or {}).items() if count and name not in ALONE}
    return sorted(name for name in waiting if (since(now.pulses.get(name)) or _SILENT + 1) > _SILENT)


def since(at: datetime | None) -> float | None:
    from workers.graph.claims import now

    return None if at is None else max(0.0, (now() - at).total_seconds())


def show(console: "Console", now: "Standing") -> None:
    from rich.table import Table

    stages = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("step", "waiting", "done", "failed", "overdue"):
        stages.add_column(name, justify="left" if name == "step" else "right")
    for stage in now.stages:
        failed = f"[red]{stage.failed:,}[/]" if stage.failed else "0"
        late = f"[yellow]{_age(stage.overdue)}[/]" if stage.overdue > _SILENT else _age(stage.overdue or None)
        stages.add_row(stage.name, f"{stage.waiting:,}", f"{stage.done:,}", failed, late)
    console.print(stages)
    console.print()
    _show_queues(console, now)
    _show_asked(console, now)
    if (nobody := now.staffing.said) is not None:
        console.print(
            f"\n[yellow]{nobody[0].upper()}{nobody[1:]}[/]: "
            f"`{typed()} people add EMAIL --name NAME --role reviewer` adds somebody who may",
            soft_wrap=True,
        )
    if now.looked_at_anew:
        console.print(f"\n[yellow]{now.looked_at_anew}[/]", soft_wrap=True)
    _show_runs(console, now)
    _show_quarantine(console, now)


def _show_queues(console: "Console", now: "Standing") -> None:
    from rich.table import Table

    if now.queues is None:
        waits = counted(now.outbox, "message waits", "messages wait")
        console.print(
            f"[bold red]The broker does not answer.[/] {waits}; nothing is lost. {_brought_up()}",
            soft_wrap=True,
        )
        return
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("queue", "messages", "last finished", ""):
        table.add_column(name, justify="right" if name == "messages" else "left")
    silent = dead(now)
    for name, count in now.queues.items():
        age = since(now.pulses.get(name))
        said = (
            f"[red]work waits, and no worker finishes any: start `{typed()} worker {name}`[/]"
            if name in silent
            else ""
        )
        table.add_row(name, f"{count:,}", "never" if age is None else f"{_age(age)} ago", said)
    console.print(table)


def _brought_up() -> str:
    """What to do about a broker that is silent. Its address isn't said: it may hold a password."""
    if settings().broker:
        return "DETECTOR_BROKER names it: see that it runs, and can be reached from this machine."
    home = plain(str(settings().home))
    return (
        f"Nothing runs here (DETECTOR_HOME is {home}): `{typed()} serve` starts pages, workers and broker, "
        f"`{typed()} worker` the workers alone."
    )


def _show_asked(console: "Console", now: "Standing") -> None:
    from rich.markup import escape

    asked, chosen = now.asked, settings()
    if chosen.middle_url is None and not asked.calls:
        return
    console.print(
        f"\n[bold]the model in the middle, today[/]: {asked.calls:,} of {chosen.middle_calls:,} calls, "
        f"{asked.tokens:,} of {chosen.middle_tokens:,} tokens"
    )
    for why, count in asked.unanswered.items():
        console.print(f"  [yellow]{count:,} unanswered[/]: {escape(plain(why))}", soft_wrap=True)


def _show_runs(console: "Console", now: "Standing") -> None:
    if now.runs:
        console.print("\n[bold]pulls, the newest first[/]")
    for run in now.runs:
        show_run(console, run)


def show_run(console: "Console", run: "Mapping[str, Any]") -> None:
    """One line of how a pull stands."""
    from rich.markup import escape

    listings: dict[str, int] = run["listings"]
    done = sum(count for state, count in listings.items() if state in {"done", "superseded", "quarantined"})
    said = [
        counted(run["rows"], "row"),
        f"{done:,} of {counted(sum(listings.values()), 'listing')} judged",
    ]
    said += [f"{count:,} {verdict}" for verdict, count in sorted(run["verdicts"].items())]
    said += [f"{run[name]:,} {name}" for name in ("unchanged", "rejected") if run[name]]
    why = f" [red]{escape(plain(run['why']))}[/]" if run["state"] == "quarantined" and run["why"] else ""
    source = escape(plain(run["source"]))
    console.print(
        f"  {run['number']:>4} {source} [dim]{run['state']}[/]: {', '.join(said)}{why}", soft_wrap=True
    )


def _show_quarantine(console: "Console", now: "Standing") -> None:
    from rich.markup import escape

    if not now.quarantined:
        return
    console.print(f"\n[bold]put aside, {now.quarantined:,} in all[/]")
    for one in now.quarantine:
        where = f"{KINDS.get(one['kind'], one['kind'])} {one['number']:,}"
        console.print(f"  [red]{where}[/] {escape(plain(one['why']))}", soft_wrap=True)


KINDS = {
    "row": "row", "items": "listing", "pictures": "picture", "readings": "picture", "runs": "pull",
    "again": "listing", "rescan_parts": "part of a rescan",
    "spread_parts": "part of a scan", "next_readings": "picture",
}  # fmt: skip


def _age(seconds: float | None) -> str:
    if seconds is None:
        return ""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
