"""The word lists that come with the detector: tab-separated, a header line, comments from `#` on."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of `data/<name>`, by column."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")


@cache
def phrases(kind: str) -> frozenset[str]:
    """The words of `data/phrases.tsv` of one kind, in lower case."""
    return frozenset(row["phrase"] for row in rows("phrases.tsv") if row["kind"] == kind)
