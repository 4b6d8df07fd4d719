"""Arguments that several commands share."""

import argparse
from pathlib import Path


def add_brands(parser: argparse._ActionsContainer) -> None:
    """Adds `--brands`, without which those of the registry are judged with."""
    parser.add_argument(
        "--brands",
        type=Path,
        metavar="PATH",
        help="a folder of brand folders, or JSON Lines of brands (default: those of the registry)",
    )
