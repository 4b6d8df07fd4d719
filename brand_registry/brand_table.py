"""Brands in a table, one a row, in and out without loss.

A cell that begins with `[`, `{` or `"` is JSON. Else it is a text, or texts with `|` between; a price floor
is '60 EUR'. What goes out begins with no character that a spreadsheet would take for a formula.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import orjson

from brand_registry.entry import Entry, entry_of_fields
from brand_registry.table import open_table
from detector.errors import UnreadableInput
from detector.problems import not_json

TEXTS = ("id", "name")
LISTS = ("aliases", "categories", "logos", "images", "certification_marks")
OBJECTS = {
    "marks": "text",
    "authorised_sellers": "name",
    "products": "name",
    "licensees": "name",
    "allow": None,
    "policies": None,
    "thresholds": None,
    "category_floors": None,
}
"""With the field that a mere text stands for."""
COLUMNS = (*TEXTS, *LISTS, *OBJECTS, "price_floor", "state", "folder", "extra")
"""Of what goes out; `extra` is for fields that this program doesn't know."""
_FORMULA = frozenset("=+-@")

Fields = dict[str, Any]


class _BadCell(ValueError):
    pass


def table_entries(path: Path) -> Iterator[Entry]:
    """Raises `UnreadableInput` where the header names no id or no name."""
    table = open_table(path)
    names = {column: column.lower().replace(" ", "_").replace("-", "_") for column in table.columns}
    for needed in TEXTS:
        if needed not in names.values():
            there = ", ".join(table.columns)[:300]
            raise UnreadableInput(f"{path}, line 1: no column is named {needed!r}; it names {there}")
    for row in table.rows:
        where = f"{path}, line {row.line}"
        if row.problem:
            yield Entry(where, path.parent, problem=row.problem)
            continue
        try:
            fields = _fields({names[column]: cell for column, cell in row.cells.items()})
        except _BadCell as bad:
            yield Entry(where, path.parent, problem=str(bad))
            continue
        yield entry_of_fields(where, path.parent, fields)


def header() -> bytes:
    return _line(COLUMNS)


def row_of(fields: Fields) -> bytes:
    """The line of a brand, given as its JSON."""
    known = {name: fields[name] for name in COLUMNS if name in fields and name != "extra"}
    extra = {name: value for name, value in fields.items() if name not in known}
    cells = [_cell(name, known.get(name)) for name in COLUMNS[:-1]]
    return _line([*cells, _json(extra) if extra else ""])


def _line(cells: Iterable[str]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode()


def _fields(cells: Mapping[str, str]) -> Fields:
    fields: Fields = {}
    for name, cell in cells.items():
        text = cell.strip()
        if not text:
            continue
        value = _value(name, text)
        if name == "extra":
            if not isinstance(value, dict):
                raise _BadCell('extra must be an object in JSON, such as {"season": "2026"}')
            fields |= {key: one for key, one in value.items() if key not in fields}
        else:
            fields[name] = value
    return fields


def _value(name: str, text: str) -> Any:
    if text[0] in '[{"':
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            if name in OBJECTS or name in {"price_floor", "extra"}:
                raise _BadCell(f"{name} begins as JSON and is {not_json(text.encode())}") from None
    if name in LISTS:
        return [part for one in text.split("|") if (part := one.strip())]
    if name in OBJECTS:
        field = OBJECTS[name]
        if field is None:
            raise _BadCell(f"{name} must be a list of objects in JSON")
        return [{field: part} for one in text.split("|") if (part := one.strip())]
    if name == "price_floor":
        amount, _, currency = text.rpartition(" ")
        return {"amount": amount.strip(), "currency": currency}
    return text


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value if _is_plain(value) else _json(value)
    if name in LISTS and all(_is_plain(one) and "|" not in one for one in value):
        return " | ".join(value)
    return _json(value)


def _is_plain(text: str) -> bool:
    return bool(text) and text == text.strip() and text[0] not in '[{"' and text[0] not in _FORMULA


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
