"""What is wrong with the JSON of a listing or a brand, in clauses that a person can act on."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_SHOWN = 3
"""Problems of one object that are named; the others are counted."""


def said(error: ValidationError, data: bytes | None = None) -> str:
    """The problems as clauses parted by semicolons, without a full stop. `data` is the JSON where the model
    read it from bytes.
    """
    problems = error.errors(include_url=False)
    clauses = [_json_clause(problems[0], data) if data is not None else None]
    if clauses[0] is None:
        clauses = list(dict.fromkeys(_clause(problem) for problem in problems[:_SHOWN]))
    more = len(problems) - _SHOWN
    return "; ".join(filter(None, clauses)) + (f"; and {more} more" if more > 0 else "")


_NOT_JSON = (
    ("EOF while parsing a string", "it breaks off inside a text", "one whole object belongs on one line"),
    ("EOF while parsing", "it breaks off before its closing bracket", "one whole object belongs on one line"),
    ("trailing characters", "something follows its end", "put each object on a line of its own"),
    ("trailing comma", "a comma stands before the closing bracket", "remove it"),
    ("key must be a string", "a field's name is not in double quotes", 'write it as "id"'),
    ("expected value", "there is no value", "an object begins with { and its texts with a double quote"),
    ("expected `:`", "a colon is missing", 'a quote inside a text is written \\"'),
    ("expected `,`", "a comma or a closing bracket is missing", 'a quote inside a text is written \\"'),
    ("expected ident", "there is no such word", "only true, false and null stand without quotes"),
    ("control character", "a text holds a line end, tab or NUL as it is", "write \\n or \\t, or remove it"),
    ("hex escape", "an escape such as \\ud800 is half a character", "write both halves or the character"),
    ("escape", "a backslash stands before what is no escape", "write a backslash itself as \\\\"),
    ("number", "there is no such number in JSON", "write it as 5 or 1.5, or in double quotes"),
    ("recursion", "it is nested deeper than any listing or brand is", "look for an open bracket"),
)  # fmt: skip


def _json_clause(error: ErrorDetails, data: bytes) -> str | None:
    """None where the JSON is sound."""
    if error["type"] != "json_invalid":
        return None
    try:
        data.decode()
    except UnicodeDecodeError as wrong:
        return f"not UTF-8: byte {wrong.start + 1:,} is no text; save the file as UTF-8"
    if not data.strip():
        return "not JSON: it is empty"
    why = str(error.get("ctx", {}).get("error", error["msg"]))
    place = re.search(r" at line (\d+) column (\d+)$", why)
    known = next(((what, do) for needle, what, do in _NOT_JSON if needle in why), None)
    if known is None or place is None:
        return f"not JSON: {why}"
    line = data.split(b"\n")[int(place[1]) - 1]
    character = max(len(line[: int(place[2])].decode(errors="ignore")), 1)
    of_line = f"line {int(place[1]):,}, " if b"\n" in data.strip() else ""
    return f"not JSON: {known[0]}, at {of_line}character {character:,}; {known[1]}"


def by_place(error: ValidationError) -> dict[str, str]:
    """A clause for each place that has a problem (`marks.0.text`), the first of each, without naming it."""
    found: dict[str, str] = {}
    for problem in error.errors(include_url=False):
        place = _place(problem)
        found.setdefault(place, _clause(problem).removeprefix(place).lstrip(": "))
    return found


_KINDS = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list",
          dict: "an object", type(None): "null"}  # fmt: skip

_WANTED = {
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "finite_number": "a finite number",
}

_PRICE = '{"amount": 5, "currency": "EUR"}'


def _clause(error: ErrorDetails) -> str:
    kind, got = error["type"], error["input"]
    where = _place(error)
    if "[key]" in error["loc"]:
        where = f"the name {where[:60]!r}"
    if not where and kind in _WANTED:
        return f"not a JSON object but {_KINDS.get(type(got), 'something else')}"
    if kind == "missing":
        return f"{where} is missing{_misnamed(str(error['loc'][-1]), got)}"
    if kind in _WANTED:
        return f"{where} must be {_WANTED[kind]}, not {_shown(got)}{_instead(kind, where, got)}"
    return _limit(kind, where, got, error.get("ctx", {})) or f"{where}: {error['msg']}".strip(": ")


def _place(error: ErrorDetails) -> str:
    return ".".join(str(part) for part in error["loc"] if part != "[key]")[:200]


def _misnamed(name: str, got: object) -> str:
    """A field that differs by its case alone."""
    given = list(got) if isinstance(got, Mapping) else []
    like = next((one for one in given if isinstance(one, str) and one.strip().lower() == name), None)
    return f" (there is {like[:40]!r}; names are in small letters)" if like else ""


def _instead(kind: str, where: str, got: object) -> str:
    if kind == "string_type" and isinstance(got, int | float) and not isinstance(got, bool):
        return ": put it in double quotes"
    if where.endswith(("price", "price_floor")):
        return f": write it as {_PRICE}"
    return ": put it in [ ]" if kind == "tuple_type" and isinstance(got, str) else ""


def _limit(kind: str, where: str, got: Any, context: Mapping[str, Any]) -> str | None:  # noqa: PLR0911 - a table
    if kind.startswith("string_too_") and where.endswith("currency") and got:
        return f"{where} must be a code of three letters such as EUR, not {_shown(got)}"
    if kind == "string_too_long" or (kind == "too_long" and isinstance(got, str)):
        return f"{where} is longer than {context['max_length']:,} characters ({len(got):,})"
    if kind in {"string_too_short", "too_short"}:
        return (
            f"{where} is empty" if not got else f"{where} is shorter than {context['min_length']} characters"
        )
    if kind == "too_long":
        return f"{where} has more than {context['max_length']:,} entries"
    if kind == "greater_than_equal":
        return f"{where} is below {context['ge']} ({got})"
    if kind == "less_than_equal":
        return f"{where} is above {context['le']:,} ({str(got)[:40]})"
    if kind == "string_unicode":
        return f"{where} is not valid Unicode; an escape such as \\ud800 is half a character"
    if kind == "value_error":
        return f"{where} {context['error']}".strip()
    return None


def _shown(value: object) -> str:
    kind = _KINDS.get(type(value), "something else")
    if isinstance(value, str):
        return f"text ({value[:40]!r})"
    exact = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{kind} ({str(value)[:40]})" if exact else kind
