"""One row of a catalogue, and the listing in it or one clear sentence why there is none."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import ValidationError

from detector.errors import DetectorError
from detector.listing import Listing
from detector.problems import said
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
        wrong = next((name for name, value in fields.items() if not _utf8(value)), "a column")
        problem = f"{wrong} is not UTF-8: some bytes are no text; save the file as UTF-8"
        return Row(number, raw, problem=problem)


def _utf8(value: object) -> bool:
    try:
        orjson.dumps(value, default=str)
    except orjson.JSONEncodeError:
        return False
    return True


def parse_listing(data: bytes) -> Listing:
    """The listing in a JSON object. Raises `Rejected` with a clause such as 'title is missing'."""
    # Shops write null for what they don't know, numbers for attributes, and call pictures as their feeds do.
    # The quick way knows none of this, and most listings never come to the other one.
    with suppress(ValidationError):
        if b'"images"' in data or b"image" not in data:
            listing = Listing.model_validate_json(data)
            if listing.images or b"image" not in data.replace(b'"images"', b""):
                return listing
    try:
        return Listing.model_validate(_relaxed(orjson.loads(data)))
    except ValidationError as error:
        raise Rejected(said(error)) from None
    except (orjson.JSONDecodeError, RecursionError):
        pass
    try:
        return Listing.model_validate_json(data)
    except ValidationError as error:
        raise Rejected(said(error, data)) from None


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
