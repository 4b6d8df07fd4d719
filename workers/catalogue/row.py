"""One row of a catalogue, and the listing in it or one clear sentence why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from detector.errors import DetectorError
from detector.listing import Listing
from workers.catalogue.fields import IMAGES


class Rejected(DetectorError):
    """A row that holds no listing; its message is the reason, a clause without a full stop."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the catalogue.

    `number` counts lines from 1 (of Parquet and XML: entries), and is where the row starts. `raw` is the
    row as it was read, for people. `data` is the same as one JSON object in the form of a listing, not yet
    validated; where it is None, `problem` says what is wrong. `last` marks a problem that makes the rest of
    the catalogue unreadable.
    """

    number: int
    raw: bytes
    data: bytes | None = None
    problem: str | None = None
    last: bool = False


def row_of_fields(number: int, raw: bytes, fields: Mapping[str, Any]) -> Row:
    """A row from a format that isn't JSON."""
    try:
        return Row(number, raw, orjson.dumps(fields, default=str))
    except orjson.JSONEncodeError:
        return Row(number, raw, problem="not UTF-8: some bytes are no text; save the file as UTF-8")


def parse_listing(data: bytes) -> Listing:
    """The listing in a JSON object. Raises `Rejected` with a clause such as 'title is missing'."""
    problem: ValidationError | None = None
    try:
        if b'"images"' in data or b'"image' not in data:
            return Listing.model_validate_json(data)
    except ValidationError as error:
        problem = error
    # Shops write null for what they don't know, and numbers for attributes. The quick way above is strict,
    # and most listings never come here.
    try:
        return Listing.model_validate(_relaxed(orjson.loads(data)))
    except ValidationError as error:
        raise Rejected(_sentence(error)) from None
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise Rejected(_sentence(problem) if problem else f"not JSON: {error}") from None


def _relaxed(value: object) -> object:
    if not isinstance(value, dict):
        return value
    fields = {name: item for name, item in value.items() if item is not None}
    if "images" not in fields:
        links = [fields[name] for name in IMAGES if name in fields]
        fields["images"] = [
            link for given in links for link in (given if isinstance(given, list) else [given])
        ]
    attributes = fields.get("attributes")
    if isinstance(attributes, dict):
        fields["attributes"] = {
            name: str(item) if isinstance(item, int | float) else item
            for name, item in attributes.items()
            if item is not None
        }
    return fields


def _sentence(error: ValidationError) -> str:
    first, *more = error.errors(include_url=False)
    also = f" (and {len(more)} more such problem{'s' if len(more) > 1 else ''})" if more else ""
    return _clause(first) + also


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
}


def _clause(error: ErrorDetails) -> str:  # noqa: PLR0911 - a table of cases
    kind, got, context = error["type"], error["input"], error.get("ctx", {})
    where = ".".join(str(part) for part in error["loc"] if part != "[key]")[:200]
    if kind == "json_invalid":
        why = str(context.get("error", error["msg"])).replace(" at line 1 column ", " at character ")
        return f"not JSON: {why}"
    if kind == "missing":
        return f"{where} is missing"
    if not where and kind in _WANTED:
        return f"not a JSON object but {_KINDS.get(type(got), 'something else')}"
    if kind in _WANTED:
        return f"{where} must be {_WANTED[kind]}, not {_shown(got)}"
    if kind == "finite_number":
        return f"{where} must be a finite number"
    if kind == "string_too_long" or (kind == "too_long" and isinstance(got, str)):
        return f"{where} is longer than {context['max_length']:,} characters ({len(got):,})"
    if kind in {"string_too_short", "too_short"}:
        return (
            f"{where} is empty" if not got else f"{where} is shorter than {context['min_length']} characters"
        )
    if kind == "too_long":
        return f"{where} has more than {context['max_length']:,} entries"
    if kind == "string_unicode":
        return f"{where} is not valid Unicode"
    if kind == "value_error":
        return f"{where} {context['error']}".strip()
    return f"{where}: {error['msg']}".strip(": ")


def _shown(value: object) -> str:
    kind = _KINDS.get(type(value), "something else")
    return (
        f"{kind} ({str(value)[:40]})"
        if isinstance(value, int | float) and not isinstance(value, bool)
        else kind
    )
