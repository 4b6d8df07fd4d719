"""`detector bench`: measures speed and memory, each beside a plain peer in the same run."""

import argparse
import json
from dataclasses import asdict
from inspect import signature
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement
from benchmarks.parts import Part, parts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="this part alone")
    parser.add_argument("--out", type=Path, metavar="REPORT.json", help="the measurements as JSON too")
    parser.add_argument(
        "--share", type=float, default=1.0, metavar="S",
        help="of the full size, for parts that can be measured at less (default: all of it)",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where a part failed; the others are measured all the same."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    report: list[Measurement] = []
    failed = False
    for part in parts("speed", arguments.name):
        if not isinstance(part, Part):
            console.print(f"skipped [bold]{part[0]}[/]: {escape(part[1])}")
            continue
        console.print(f"[bold]{part.name}[/]: {escape(part.about)}")
        try:
            sized = {"share": arguments.share} if "share" in signature(part.measure).parameters else {}
            for one in part.measure(**sized):
                report.append(one)
                _print(console, one)
        except Exception as error:
            failed = True
            console.print(f"[bold red]failed:[/] {type(error).__name__}: {escape(str(error))}")
        console.print()
    if arguments.out:
        arguments.out.write_text(json.dumps([asdict(m) for m in report], indent=1, ensure_ascii=False))
    return int(failed)


def _print(console: Any, one: Measurement) -> None:
    """A line for the measurement and one for each peer, in columns, as soon as it is there."""
    from rich.markup import escape

    console.print(
        f"  {escape(one.name):<44} {amount(one.value):>9} {one.unit:<11} {_target(one)}", soft_wrap=True
    )
    for peer, value in one.peers:
        console.print(
            f"    [dim]{escape('beside ' + peer):<42} {amount(value):>9} {one.unit}[/]", soft_wrap=True
        )
    if one.note:
        console.print(f"    [dim]{escape(one.note)}[/]", soft_wrap=True)


def amount(value: float) -> str:
    """Three digits or all whole ones: 5,123 or 41.2 or 0.194."""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.3g}"


def _target(one: Measurement) -> str:
    if one.target is None:
        return ""
    colour, word = ("green", "met") if one.met else ("bold red", "missed")
    return f"[{colour}]{'≤' if one.at_most else '≥'} {amount(one.target)} {word}[/]"
