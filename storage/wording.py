"""What is wrong with what an operator wrote, in words of our own."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails
from yaml import YAMLError

_WANTED: Mapping[str, str] = {
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_parsing": "true or false",
}
_LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "greater_than": ("more than", "gt"),
    "less_than": ("less than", "lt"),
}
_LENGTHS = {
    kind: (words, limit)
    for words, limit, kinds in (
        ("at least", "min_length", ("string_too_short", "too_short")),
        ("at most", "max_length", ("string_too_long", "too_long")),
    )
    for kind in kinds
}
_OWN = frozenset({"no_address", "no_network", "no_rate"})


def of_setting(problem: ErrorDetails) -> str:
    """A clause about a setting's value; one that may be a secret is not said again."""
    kind, given, context = problem["type"], str(problem["input"])[:40], problem.get("ctx", {})
    if kind in _OWN:
        return problem["msg"]
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}, not {given!r}"
    if kind in _LIMITS:
        words, limit = _LIMITS[kind]
        return f"must be {words} {_number(context[limit])}, not {given}"
    if kind in _LENGTHS:
        words, limit = _LENGTHS[kind]
        return f"must have {words} {context[limit]:,} characters"
    if kind == "literal_error":
        return f"must be {context['expected']}, not {given!r}"
    return "makes no sense as it is; the docs say what it may be"


def _number(limit: float) -> str:
    return f"{limit:,.0f}" if float(limit).is_integer() else f"{limit:,}"


def not_yaml(error: YAMLError | ValueError | IndexError | RecursionError) -> str:
    """A clause about a file that is no YAML: where it stops being any."""
    mark: Any = getattr(error, "problem_mark", None)
    if mark is None and isinstance(error, YAMLError | UnicodeDecodeError):
        return "not YAML: save it as UTF-8, as plain text"
    if mark is None:  # a day such as 2026-02-30, lists within lists without an end
        return "not YAML: something in it is no such day, number or list; put what is meant as text in quotes"
    return (
        f"not YAML at line {mark.line + 1}, column {mark.column + 1}, or just before; indent lists "
        "evenly, and put a text that holds a colon or begins with a sign in quotes"
    )
