"""Arguments that several commands share."""

import argparse
from pathlib import Path


def add_brands(parser: argparse.ArgumentParser) -> None:
    """Adds `--brands`, which is needed as long as there is no registry to take brands from."""
    parser.add_argument(
        "--brands",
        type=Path,
        metavar="PATH",
        help="needed: a folder of brand folders, or JSON Lines of brands (there is no registry yet)",
    )
