"""`detector evaluate`: measures quality on labelled data, part by part."""

import argparse
import json
import time
from pathlib import Path
from typing import Any

from benchmarks.figure import Estimate, Figure, Group
from benchmarks.parts import Part, parts
from detector.counted import counted
from detector.errors import UnreadableInput
from storage.settings import settings

_MISSES_SHOWN = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "data",
        type=Path,
        nargs="?",
        metavar="DATA",
        help="a folder of labelled data (default: the setting DETECTOR_DATA)",
    )
    parser.add_argument("--part", metavar="NAME", help="this part alone")
    parser.add_argument("--out", type=Path, metavar="REPORT.json", help="the figures as JSON too")
    parser.add_argument("--misses", type=Path, metavar="DIR", help="the pictures that were missed go here")
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="a page with plots and the worst misses (part 'composed')"
    )
    parser.add_argument(
        "--compare", type=Path, nargs=2, metavar=("A", "B"), help="compare two such reports case by case"
    )
    parser.add_argument(
        "--baseline",
        action="store_true",
        help="measure on generated data, which needs no DATA, and compare with what is frozen; 1 where a "
        "figure fell beyond its interval",
    )
    parser.add_argument(
        "--freeze", action="store_true", help="the same, say what changed, and freeze it as it is now"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="list what was missed")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0, met or missed; 1 where a part failed. The others are measured all the same."""
    from rich.console import Console
    from rich.markup import escape

    if arguments.compare:
        return _compare(*arguments.compare)
    if arguments.baseline or arguments.freeze:
        from benchmarks import baseline

        return baseline.run(freeze=arguments.freeze)
    data = arguments.data or settings().data
    if data is None:
        raise UnreadableInput(
            "which data? Name a folder of labelled data after `evaluate`, or in the setting DETECTOR_DATA; "
            "parts that find none of theirs in it are skipped, and say which files they lack"
        )
    if not data.is_dir():
        raise UnreadableInput(f"{data}: is no folder; name one that holds labelled data")
    _refuse_places(arguments)
    console = Console(highlight=False)
    report: list[Figure | Estimate] = []
    grouped: list[Group] = []
    skipped: list[tuple[str, str]] = []
    failed = False
    for part in parts("quality", arguments.part):
        if not isinstance(part, Part):
            skipped.append(part)
        elif lacking := part.lacking(data):
            skipped.append((part.name, f"{data} has no {', '.join(lacking)}"))
        else:
            measured, error = _measured(part, data, console, arguments.report)
            figures = [one for one in measured if not isinstance(one, Group)]
            groups = [one for one in measured if isinstance(one, Group)]
            report += figures
            grouped += groups
            _print(console, part, figures, arguments.verbose)
            _print_groups(console, groups)
            if error is not None:
                failed = True
                console.print(f"[bold red]failed:[/] {type(error).__name__}: {escape(str(error))}\n")
    for name, why in skipped:
        console.print(f"skipped [bold]{name}[/]: {why}")
    if arguments.out:
        arguments.out.write_text(
            json.dumps([*map(as_json, report), *map(_group_as_json, grouped)], indent=1, ensure_ascii=False)
        )
    if arguments.misses:
        from benchmarks.misses import write_misses

        written = write_misses(report, data, arguments.misses)
        said = counted(written, "missed picture is", "missed pictures are")
        console.print(f"{said} in {escape(str(arguments.misses))}")
    missed = sum(figure.met is False for figure in report)
    aimed = sum(figure.met is not None for figure in report)
    console.print(f"{aimed - missed} of {aimed} targets met. Intervals are of 95%, after Wilson.")
    return int(failed)


def _refuse_places(arguments: argparse.Namespace) -> None:
    """Before anything is measured: where the results can't be written is told after an hour otherwise."""
    if arguments.out and (arguments.out.is_dir() or not arguments.out.parent.is_dir()):
        raise UnreadableInput(f"{arguments.out}: cannot be written; name a file in a folder that exists")
    if arguments.report and arguments.report.exists() and not arguments.report.is_dir():
        raise UnreadableInput(f"{arguments.report}: is a file; name a folder for the report")
    if arguments.misses and arguments.misses.exists() and not arguments.misses.is_dir():
        raise UnreadableInput(f"{arguments.misses}: is a file; name a folder for the missed pictures")


def _measured(
    part: Part, data: Path, console: Any, report: Path | None
) -> tuple[list[Figure | Estimate | Group], Exception | None]:
    """What a part yields, up to where it fails."""
    figures: list[Figure | Estimate | Group] = []
    began = time.monotonic()
    try:
        with console.status(f"measuring {part.name}"):
            more = {"report": report} if part.reports else {}
            figures.extend(part.measure(data, **more))
    except Exception as error:
        return figures, error
    console.print(f"[dim]{part.name} took {time.monotonic() - began:,.0f} s[/]")
    return figures, None


def _compare(first: Path, second: Path) -> int:
    from rich.console import Console
    from rich.table import Table

    from benchmarks.composed.comparing import compared

    table = Table(box=None, pad_edge=False, title=f"from {first} to {second}", title_justify="left")
    for name in ("", "change", "95% interval", "better", "worse", "by chance"):
        table.add_column(name, justify="right" if name else "left")
    for one in compared(first, second):
        low, high = one.interval
        table.add_row(
            one.name, f"{one.gain:+.2%}", f"{low:+.2%} to {high:+.2%}", str(one.better), str(one.worse),
            f"{one.chance:.3f}",
        )  # fmt: skip
    Console(highlight=False).print(table)
    return 0


def _print(console: Any, part: Part, figures: list[Figure | Estimate], verbose: bool) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=f"{part.name}: {part.about}", title_justify="left", title_style="bold", box=None, pad_edge=False
    )
    table.add_column("", overflow="fold", ratio=1)
    for name in ("share", "95% interval", "n", "target"):
        table.add_column(name, justify="right", no_wrap=True)
    for figure in figures:
        table.add_row(escape(figure.name), *_cells(figure))
        for peer, share in figure.peers:
            table.add_row(f"[dim]  {escape(peer)}[/]", f"[dim]{share:.1%}[/]", "", "", "")
    console.print(table)
    if verbose:
        for figure in figures:
            for miss in figure.misses[:_MISSES_SHOWN]:
                console.print(f"  [dim]{escape(figure.name)}:[/] {escape(miss)}", soft_wrap=True)
    console.print()


def _print_groups(console: Any, groups: list[Group]) -> None:
    """One line each, with the intervals in per cent."""
    from rich.markup import escape
    from rich.table import Table

    for axis in dict.fromkeys(group.axis for group in groups):
        own = [group for group in groups if group.axis == axis]
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column(axis, overflow="fold")
        for one in own[0].measures:
            table.add_column(one.name.replace("calibration", "calibr."), justify="right", min_width=14)
        table.add_column("n", justify="right", no_wrap=True)
        for group in own:
            cells = (
                f"{one.share:.1%} [dim]{100 * one.interval[0]:.0f}–{100 * one.interval[1]:.0f}[/]"
                for one in group.measures
            )
            table.add_row(escape(group.name), *cells, f"{group.total:,}")
        console.print(table)
        console.print()


def _cells(figure: Figure | Estimate) -> tuple[str, str, str, str]:
    if not figure.total:
        return "[yellow]no cases[/]", "", "0", ""
    low, high = figure.interval
    digits = 2 if figure.at_most and figure.share < 0.1 else 1
    target = ""
    if figure.target is not None:
        colour = "green" if figure.met else "bold red"
        word = "met" if figure.met else "missed"
        target = f"[{colour}]{'≤' if figure.at_most else '≥'} {figure.target:.1%} {word}[/]"
    interval = f"{low:.{digits}%} to {high:.{digits}%}"
    return f"{figure.share:.{digits}%}", interval, f"{figure.total:,}", target


def _group_as_json(group: Group) -> dict[str, Any]:
    measures = {one.name: {"share": one.share, "interval": list(one.interval)} for one in group.measures}
    about = {"part": group.part, "axis": group.axis, "name": group.name, "total": group.total}
    return about | {"measures": measures}


def as_json(figure: Figure | Estimate) -> dict[str, Any]:
    """A figure as `--out` writes it."""
    counted: dict[str, Any] = {"total": figure.total}
    if isinstance(figure, Figure):
        counted["hits"] = figure.hits
    if figure.total:
        counted |= {"share": figure.share, "interval": list(figure.interval), "met": figure.met}
    return {
        "part": figure.part,
        "name": figure.name,
        **counted,
        "target": figure.target,
        "at_most": figure.at_most,
        "peers": dict(figure.peers),
        "misses": list(figure.misses),
    }
