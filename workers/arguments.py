"""Arguments that several commands share."""

import argparse
from pathlib import Path

from detector.errors import UnreadableInput


def add_brands(parser: argparse._ActionsContainer) -> None:
    """Adds `--brands`, without which those of the registry are judged with."""
    parser.add_argument(
        "--brands",
        type=Path,
        metavar="PATH",
        help="a folder of brand folders, or JSON Lines of brands (default: those of the registry)",
    )


def add_processes(parser: argparse.ArgumentParser, default: int, about: str) -> None:
    """Adds `--processes`, whose value `asked_processes` gives."""
    parser.add_argument("--processes", type=int, default=default, metavar="N", help=about)


def asked_processes(arguments: argparse.Namespace) -> int:
    """How many were asked for. Raises `UnreadableInput` where that is none."""
    if arguments.processes < 1:
        raise UnreadableInput("--processes must be 1 or more")
    asked: int = arguments.processes
    return asked
