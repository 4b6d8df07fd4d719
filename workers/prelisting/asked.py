"""What somebody asks to have checked: a listing as in a catalogue, its pictures by address or inline."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from detector.errors import DetectorError
from detector.listing import Listing
from storage.blobs import Blobs
from workers.catalogue import Rejected, parse_listing
from workers.graph.picturing import INLINE

LARGEST = 64 * 2**20
"""Bytes of a request."""
_LARGEST_PICTURE = 32 * 2**20
_NAMES = ("images", "image", "image_link")


class BadCheck(DetectorError):
    """What was sent can't be checked; its message says what is wrong with it."""


def asked_listing(body: bytes, blobs: Blobs) -> Listing:
    """The listing; pictures that came with it are kept, and named by their sha256. Raises `BadCheck`."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadCheck("what was sent is not JSON; send one listing as a JSON object") from None
    if not isinstance(given, dict):
        raise BadCheck("what was sent is no listing; send one as a JSON object with an id and a title")
    images: object = next((given[name] for name in _NAMES if given.get(name)), [])
    pictures = [_picture(number, one) for number, one in enumerate(_some(images))]
    named = [one if isinstance(one, str) else INLINE + hashlib.sha256(one).hexdigest() for one in pictures]
    rest = {name: value for name, value in given.items() if name not in _NAMES}
    try:
        listing = parse_listing(orjson.dumps(rest | {"images": named}))
    except Rejected as problem:
        raise BadCheck(f"the listing: {problem}") from None
    for one in pictures:
        if not isinstance(one, str):
            blobs.put(one)
    return listing


def _some(images: object) -> list[Any]:
    return images if isinstance(images, list) else [images]


def _picture(number: int, given: object) -> str | bytes:
    """An address as it is, or the bytes that were sent inline."""
    data = given.get("data") if isinstance(given, Mapping) else given
    if not isinstance(data, str):
        raise BadCheck(f'images.{number} is neither an address nor {{"data": base64}}')
    if given is data and data.lower().startswith(("http://", "https://")):
        return data
    if data.startswith("data:"):
        kind, _, data = data.partition(",")
        if not kind.endswith(";base64"):
            raise BadCheck(f"images.{number} is a data URI without base64; encode it so")
    elif given is data:
        raise BadCheck(
            f'images.{number} is no address; give an http(s) URL, a data URI or {{"data": base64}}'
        )
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BadCheck(f"images.{number} is not base64") from None
    if len(content) > _LARGEST_PICTURE:
        raise BadCheck(f"images.{number} has more than {_LARGEST_PICTURE // 2**20} MB")
    return content
