"""`detector fit`: fits the weights of the scoring table on labelled cases, or says why it can't."""

import argparse
import json
import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from detector.counted import counted
from detector.errors import UnreadableInput
from detector.fitting import Labelled, calibrate, fit
from detector.result import Reason
from detector.weights import Steepness, Weights, as_json, default_weights, parsed, read_weights


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "decisions",
        type=Path,
        nargs="*",
        metavar="DECISIONS.jsonl",
        help="cases that reviewers decided, as `detector decisions export` writes them",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DATA",
        help="labelled data that cases are composed of, beside the decisions",
    )
    parser.add_argument(
        "--before",
        type=Path,
        metavar="WEIGHTS.json",
        help="the weights that the new ones are drawn towards (default: those that ship)",
    )
    parser.add_argument(
        "--calibrate",
        action="store_true",
        help="keep the weights before, and fit only how far from what flags the cases of each reason are",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="WEIGHTS.json", help="where the new weights are written"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The file is written whole or, where the cases can't be fitted on, not at all."""
    from benchmarks.labelled import composed, decided

    out: Path = arguments.out
    if out.is_dir() or not out.parent.is_dir():
        raise UnreadableInput(f"{out}: cannot be written; name a file in a folder that exists")
    if not arguments.decisions and arguments.data is None:
        raise UnreadableInput(
            "fit on what? Name files of `detector decisions export`, or labelled data with --data"
        )
    before = read_weights(arguments.before) if arguments.before else default_weights()
    cases = [case for path in arguments.decisions for case in decided(path)]
    if arguments.data is not None:
        if not arguments.data.is_dir():
            raise UnreadableInput(f"{arguments.data}: is no folder; name one that holds labelled data")
        cases += composed(arguments.data)
    data = {"decisions": [path.name for path in arguments.decisions], "composed": arguments.data is not None}
    if arguments.calibrate:
        weights, what = calibrate(cases, before), "reason alone"
        provenance = {**before.provenance, "by reason": _provenance(cases, data)}
    else:
        fitted = fit(cases, before)
        weights, what = fitted.weights, fitted.calibration
        provenance = _provenance(cases, data) | {"calibration": fitted.calibration}
    signed = replace(weights, provenance=provenance)
    text = json.dumps(as_json(signed), indent=1, ensure_ascii=False) + "\n"
    parsed(text, str(out))  # nothing is written that couldn't be read
    beside = out.with_name(f"{out.name}.{os.getpid()}.partial")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    _print(before, weights)
    print(f"fitted on {counted(len(cases), 'case')}, calibrated by {what}; written to {out}")
    return 0


def _provenance(cases: list[Labelled], data: dict[str, object]) -> dict[str, object]:
    """Where weights come from."""
    counts = Counter(
        f"{'calibration' if case.calibrates else 'fit'}, {'infringing' if case.infringing else 'not'}"
        for case in cases
    )
    return {
        "made": "detector fit",
        "day": datetime.now(UTC).date().isoformat(),
        "detector": version("listing-infringement-detector"),
        "data": data,
        "seed": "none: cases and parts are drawn by hashes of names",
        "cases": dict(sorted(counts.items())),
        "brands": len({case.brand for case in cases}),
    }


def _print(before: Weights, after: Weights) -> None:
    """The table, before and after."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("weight")
    for name in ("before", "after"):
        table.add_column(name, justify="right")
    table.add_row("base", f"{before.base:+.2f}", f"{after.base:+.2f}")
    table.add_row("again", f"{before.again:+.2f}", f"{after.again:+.2f}")
    for old, new in (
        (before.reasons, after.reasons),
        (before.pairs, after.pairs),
        (before.qualifiers, after.qualifiers),
    ):
        for key, value in new.items():
            table.add_row(str(key), f"{old[key]:+.2f}", f"{value:+.2f}")  # type: ignore[index]
    for key in Reason:
        was, now = (weights.by_reason.get(key, Steepness()) for weights in (before, after))
        if was != now:
            for side, one, other in (("above", was.above, now.above), ("below", was.below, now.below)):
                table.add_row(f"{key}, {side} what flags", f"x {one:.2f}", f"x {other:.2f}")
    Console(highlight=False).print(table)
