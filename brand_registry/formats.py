"""Which reader a file of brands needs: by what stands in it, unless somebody says."""

from collections.abc import Callable, Iterator
from pathlib import Path

from brand_registry.brand_table import table_entries
from brand_registry.entry import Entry
from brand_registry.euipo import euipo_entries, is_euipo
from brand_registry.files import json_entries
from brand_registry.packed import head
from brand_registry.table import open_table
from brand_registry.uspto import uspto_entries
from detector.errors import UnreadableInput

FORMATS: dict[str, Callable[[Path], Iterator[Entry]]] = {
    "json": json_entries,
    "table": table_entries,
    "uspto": uspto_entries,
    "euipo": euipo_entries,
}
"""'json' is a folder of brand folders, brand.json or JSON Lines, 'table' CSV or TSV."""
ACCEPTED = (
    "a folder of brand folders, brand.json, JSON Lines, CSV or TSV, the USPTO's case files (XML) or a list "
    "of EUIPO's (CSV), also as .gz or .zip"
)


def brand_entries(path: Path, named: str | None = None) -> Iterator[Entry]:
    """Every brand at a path. Raises `UnreadableInput` where it is not there or of no known format."""
    if not path.exists():
        raise UnreadableInput(f"{path}: is not there; name {ACCEPTED}")
    return FORMATS[named or _told(path)](path)


def _told(path: Path) -> str:
    if path.is_dir():
        return "json"
    start = head(path).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise UnreadableInput(f"{path}: is empty; name {ACCEPTED}")
    if start.startswith(b"{"):
        return "json"
    if start.startswith(b"["):
        raise UnreadableInput(f"{path}: holds one JSON list; write one brand a line (jq -c '.[]' does)")
    if start.startswith(b"<"):
        return "uspto"
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    columns = open_table(path).columns if utf16 or b"\0" not in start else ()
    if is_euipo(columns):
        return "euipo"
    if {"id", "name"} <= {column.lower() for column in columns}:
        return "table"
    raise UnreadableInput(f"{path}: is no file of brands; it must be {ACCEPTED}")
