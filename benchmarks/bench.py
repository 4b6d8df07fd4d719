"""`detector bench`: measures speed and memory, each beside a plain peer in the same run."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement
from benchmarks.parts import Part, parts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="this part alone")
    parser.add_argument("--out", type=Path, metavar="REPORT.json", help="the measurements as JSON too")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    console = Console(highlight=False)
    report: list[Measurement] = []
    for part in parts("speed", arguments.name):
        if isinstance(part, Part):
            report += _measured(console, part)
        else:
            console.print(f"skipped [bold]{part[0]}[/]: {part[1]}")
    if arguments.out:
        arguments.out.write_text(json.dumps([asdict(m) for m in report], indent=1, ensure_ascii=False))
    return 0


def _measured(console: Any, part: Part) -> list[Measurement]:
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=f"{part.name}: {part.about}", title_justify="left", title_style="bold", box=None, pad_edge=False
    )
    table.add_column("", overflow="fold", ratio=1)
    for name in ("measured", "target"):
        table.add_column(name, justify="right", no_wrap=True)
    measured = []
    with console.status(f"measuring {part.name}") as status:
        for one in part.measure():
            status.update(f"measuring {part.name}: after {one.name}")
            measured.append(one)
            table.add_row(escape(one.name), f"{amount(one.value)} {one.unit}", _target(one))
            for peer, value in one.peers:
                table.add_row(f"[dim]  beside {escape(peer)}[/]", f"[dim]{amount(value)} {one.unit}[/]", "")
            if one.note:
                table.add_row(f"[dim]  {escape(one.note)}[/]", "", "")
    console.print(table)
    console.print()
    return measured


def amount(value: float) -> str:
    """Three digits or all whole ones: 5,123 or 41.2 or 0.194."""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.3g}"


def _target(one: Measurement) -> str:
    if one.target is None:
        return ""
    colour, word = ("green", "met") if one.met else ("bold red", "missed")
    return f"[{colour}]{'≤' if one.at_most else '≥'} {amount(one.target)} {word}[/]"
