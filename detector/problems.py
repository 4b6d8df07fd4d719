"""What is wrong with data from outside, in clauses that a person can act on: never in a library's words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json
from pydantic_core.core_schema import ErrorType

_SHOWN = 3
"""Problems of one object that are named; the others are counted."""
_LONGEST_CHOICE = 120
"""Characters of a list of what something may be."""


def said(error: ValidationError, data: bytes | None = None) -> str:
    """The problems as clauses parted by semicolons, without a full stop. `data` is the JSON where the model
    read it from bytes.
    """
    problems = error.errors(include_url=False)
    if data is not None and problems[0]["type"] == "json_invalid":
        return _broken(str(problems[0].get("ctx", {}).get("error", "")), data)
    return clauses(problems)


def clauses(problems: Sequence[ErrorDetails]) -> str:
    """The same of problems as `ValidationError.errors` gives them."""
    first = list(dict.fromkeys(_clause(problem) for problem in problems[:_SHOWN]))
    more = len(problems) - _SHOWN
    return "; ".join(first) + (f"; and {more} more" if more > 0 else "")


def not_json(data: bytes) -> str:
    """What is wrong with bytes that another parser took for no JSON."""
    try:
        from_json(data, allow_inf_nan=False)
    except ValueError as error:
        return _broken(str(error), data)
    return "not JSON as it is wanted here: a number in it is too large"


def not_a_pattern(error: Exception) -> str:
    """What is wrong with a regular expression, whichever library was to compile it."""
    at = getattr(error, "pos", None)
    where = f" from character {at + 1:,} on" if isinstance(at, int) else ""
    return (
        f"is no regular expression{where}: each bracket needs its other half, and \\ stands before a sign "
        "that is meant as itself"
    )


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


def _broken(why: str, data: bytes) -> str:
    """What a parser's `why` means."""
    try:
        data.decode()
    except UnicodeDecodeError as wrong:
        return f"not UTF-8: byte {wrong.start + 1:,} is no text; save the file as UTF-8"
    if not data.strip():
        return "not JSON: it is empty"
    place = re.search(r" at line (\d+) column (\d+)$", why)
    known = next(((what, do) for needle, what, do in _NOT_JSON if needle in why), None)
    if known is None or place is None:
        return "not JSON: write it with a program, or look for a bracket, comma or quote that is missing"
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
    kind: wanted
    for wanted, kinds in (
        ("text", "string_type bytes_type"),
        ("a list", "tuple_type list_type set_type frozen_set_type iterable_type"),
        ("an object", "dict_type mapping_type model_type model_attributes_type dataclass_type"),
        ("a number", "decimal_type decimal_parsing float_type float_parsing"),
        ("a whole number", "int_type int_parsing int_parsing_size int_from_float"),
        ("true or false", "bool_type bool_parsing"),
        ("a finite number", "finite_number"),
        ("a day such as 2026-11-27", "date_type date_parsing date_from_datetime_parsing "
                                     "date_from_datetime_inexact"),
        ("a time such as 2026-11-27T09:30:00Z", "datetime_type datetime_parsing datetime_object_invalid "
                                                "datetime_from_date_parsing timezone_aware"),
        ("an address such as https://example.com", "url_type url_parsing url_syntax_violation url_scheme"),
        ("null", "none_required"),
    )
    for kind in kinds.split()
}  # fmt: skip

_OF_A_LIBRARY = frozenset(get_args(ErrorType))
"""What pydantic finds by itself; all other kinds are our own, and so are their words."""

_EXAMPLE = '{"amount": 19.9, "currency": "EUR"}'
_AMOUNT = re.compile(r"\s*(?P<amount>\d{1,12}(?:[.,]\d{1,2})?)\s*(?P<currency>[A-Za-z]{3})\s*", re.ASCII)


def _clause(error: ErrorDetails) -> str:
    kind, got = error["type"], error["input"]
    where = _place(error)
    if "[key]" in error["loc"]:
        where = f"the name {where[:60]!r}"
    if not where and kind in _WANTED:
        return f"not a JSON object but {_KINDS.get(type(got), 'something else')}"
    if kind == "missing":
        return f"{where} is missing{_misnamed(str(error['loc'][-1]), got) if error['loc'] else ''}".strip()
    if kind in _WANTED:
        return f"{where} must be {_WANTED[kind]}, not {_shown(got)}{_instead(kind, where, got)}"
    context = error.get("ctx", {})
    if (clause := _limit(kind, where, got, context) or _choice(kind, where, got, context)) is not None:
        return clause
    if kind in _OF_A_LIBRARY:
        return f"{where} is not what belongs there, but {_shown(got)}".strip()
    return f"{where}: {error['msg']}".strip(": ")


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
        return f": {_priced(got)}"
    return ": put it in [ ]" if kind == "tuple_type" and isinstance(got, str) else ""


def _priced(got: object) -> str:
    """How a price is written: the one that was given, as far as it says amount and currency."""
    if isinstance(got, int | float) and not isinstance(got, bool):
        return f'write it with its currency, for example {{"amount": {str(got)[:40]}, "currency": "EUR"}}'
    if isinstance(got, str) and (read := _AMOUNT.fullmatch(got)):
        amount = read["amount"].replace(",", ".").lstrip("0") or "0"
        amount = f"0{amount}" if amount.startswith(".") else amount
        return f'write it as {{"amount": {amount}, "currency": "{read["currency"].upper()}"}}'
    return f"write it as in this example: {_EXAMPLE}"


def _choice(kind: str, where: str, got: Any, context: Mapping[str, Any]) -> str | None:
    if kind in {"literal_error", "enum"}:
        expected = str(context["expected"])
        if len(expected) > _LONGEST_CHOICE:
            return f"{where} is none of those that are known here, but {_shown(got)}"
        return f"{where} must be {expected}, not {_shown(got)}"
    if kind == "union_tag_invalid":
        tag = str(context["tag"])[:40]
        return f"{where} has {context['discriminator']} {tag!r}, not {context['expected_tags']}"
    if kind == "union_tag_not_found":
        return f"{where} lacks {context['discriminator']}".strip()
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"{where} is not known here; correct its name, or remove it"
    return None


def _limit(kind: str, where: str, got: Any, context: Mapping[str, Any]) -> str | None:  # noqa: PLR0911 - a table
    if kind.startswith("string_too_") and where.endswith("currency") and got:
        return f"{where} must be a code of three letters such as EUR, not {_shown(got)}"
    if kind == "string_too_long" or (kind == "too_long" and isinstance(got, str)):
        return f"{where} is longer than {context['max_length']:,} characters ({len(got):,})"
    if kind == "too_short" and got and not isinstance(got, str):
        return f"{where} has fewer than {context['min_length']} entries"
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
    if kind in {"greater_than", "less_than"}:
        side, limit = ("above", context["gt"]) if kind == "greater_than" else ("below", context["lt"])
        return f"{where} has to be {side} {limit} ({str(got)[:40]})"
    if kind == "string_unicode":
        return f"{where} is not valid Unicode; an escape such as \\ud800 is half a character"
    if kind == "string_pattern_mismatch":
        return f"{where} does not fit the pattern {context['pattern']}: {str(got)[:40]!r}"
    if kind in {"value_error", "assertion_error"}:
        return f"{where} {context['error']}".strip()
    return None


def _shown(value: object) -> str:
    kind = _KINDS.get(type(value), "something else")
    if isinstance(value, str):
        return f"text ({value[:40]!r})"
    exact = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{kind} ({str(value)[:40]})" if exact else kind
