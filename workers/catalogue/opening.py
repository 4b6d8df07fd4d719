"""Which reader a catalogue needs: by its name, and where the name says nothing by its first bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from detector.errors import UnreadableInput
from workers.catalogue.lines import CutShort, Source
from workers.catalogue.row import Row

FORMATS = "JSON Lines (.jsonl, .jsonl.gz), CSV, TSV, Parquet or a Google Merchant feed (.xml, .tsv)"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue that can be read once, from the front.

    `done` tells how much of it has been read, 0 to 1. Pictures are looked for under `folder`. `unit` is what
    the rows' numbers count.
    """

    path: Path
    rows: Iterator[Row]
    done: Callable[[], float]
    unit: str = "line"

    @property
    def folder(self) -> Path:
        return self.path.parent


def open_catalogue(path: Path) -> Catalogue:
    """Raises `UnreadableInput` where the file is missing, of no known format, or has no usable header."""
    if path.is_dir():
        raise UnreadableInput(f"{path}: is a folder; name the catalogue file in it: {FORMATS}")
    source = Source(path)
    kind = _kind(source)
    if kind == "parquet":
        from workers.catalogue.parquet import parquet_rows

        return Catalogue(path, *parquet_rows(path), unit="row")
    rows = _reader(kind)(source)
    unit = "item" if kind == "xml" else "line"
    return Catalogue(path, rows, lambda: source.position() / max(source.size, 1), unit)


def _reader(kind: str) -> Callable[[Source], Iterator[Row]]:
    # Each is imported where it is needed: a scan of JSON Lines starts without an XML parser.
    if kind == "xml":
        from workers.catalogue.merchant_xml import merchant_xml_rows

        return merchant_xml_rows
    if kind == "table":
        from workers.catalogue.table import table_rows

        return table_rows
    from workers.catalogue.json_lines import json_line_rows

    return json_line_rows


_BY_NAME = {
    ".jsonl": "json_lines", ".ndjson": "json_lines", ".csv": "table", ".tsv": "table", ".xml": "xml",
    ".rss": "xml", ".atom": "xml", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


def _kind(source: Source) -> str:
    path = source.path
    try:
        head = source.peek(65_536)
    except CutShort as cut:
        raise UnreadableInput(f"{path}: {cut}") from None
    named = _BY_NAME.get(Path(path.name.removesuffix(".gz")).suffix.lower())
    if head.startswith(b"PAR1") or named == "parquet":
        return "parquet"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableInput(f"{path}: is UTF-16; save it as UTF-8")
    start = head.lstrip()
    if start.startswith(b"[") and named in (None, "json_lines"):
        raise UnreadableInput(f"{path}: holds one JSON list; write one listing a line (jq -c '.[]' does)")
    if named == "xml" and not start:
        raise UnreadableInput(f"{path}: is empty; a feed without goods still has its <rss> or <feed>")
    if named:
        return named
    if start.startswith(b"<"):
        return "xml"
    if start.startswith(b"{"):
        return "json_lines"
    if not start:
        raise UnreadableInput(f"{path}: is empty, and its name does not say what it should hold")
    header = start.split(b"\n", 1)[0].lower()
    if b"id" in header and b"title" in header:
        return "table"
    raise UnreadableInput(f"{path}: is no catalogue; it must be {FORMATS}")
