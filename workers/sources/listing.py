"""Helpers that turn what shops say into the fields of a listing."""

import html
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import orjson
from price_parser import Price

from workers.catalogue import Row
from workers.catalogue.row import row_of_fields

_HIDING = re.compile(r"(?i)<(/?)(script|style)\b[^<>]*>")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_CURRENCY = re.compile("[A-Za-z]{3}")


class Unmapped(Exception):
    """Something that is no listing; its message is the reason, a clause."""


def row(number: int, item: object, fields: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Row:
    """The row of one item of a shop's answer. Whatever stands in it, the item becomes a row."""
    try:
        raw = orjson.dumps(item, default=str)
    except orjson.JSONEncodeError:
        # Half characters, and numbers beyond 64 bits.
        raw = json.dumps(item, default=str).encode()
    if not isinstance(item, Mapping):
        return Row(number, raw, problem="not a JSON object, so no listing")
    try:
        mapped = {name: value for name, value in fields(item).items() if value not in (None, "", [], {})}
    except Unmapped as why:
        return Row(number, raw, problem=str(why))
    return row_of_fields(number, raw, mapped)


def text(value: object) -> str | None:
    """A text or number as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value)


def plain(value: object) -> str | None:
    """HTML as a person reads it: what tags part stays parted. Hidden words stay, as they are for search."""
    given = text(value)
    if given is None:
        return None
    bare = _TAG.sub(" ", _shown(given)) if "<" in given else given
    return re.sub(r"[ \t\r\f\v]+", " ", html.unescape(bare)).strip()


def _shown(html: str) -> str:
    """Without scripts and styles, tag by tag, as a pattern over both ends takes for ever where they lack."""
    kept, at, hidden = list[str](), 0, ""
    for tag in _HIDING.finditer(html):
        closes, name = tag[1], tag[2].lower()
        if not hidden and not closes:
            kept.append(html[at : tag.start()])
            at, hidden = tag.start(), name
        elif closes and name == hidden:
            at, hidden = tag.end(), ""
    return " ".join([*kept, html[at:]])


def named(value: object) -> str | None:
    """The text in a text or in an object's `name`."""
    return text(value.get("name")) if isinstance(value, Mapping) else text(value)


def joined(base: str, address: str) -> str:
    """A whole address; one that cannot be joined stays as it is, to be refused where it is fetched."""
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def some(value: object) -> list[Any]:
    """A list as it is, one thing as a list of it, None as an empty one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [one for one in some(value) if isinstance(one, Mapping)]


def attributes(pairs: Mapping[str, object]) -> dict[str, str]:
    """Those that say something, as texts; a list's are joined."""
    said = {}
    for name, value in pairs.items():
        texts = [one for one in map(text, some(value)) if one and one.strip()]
        if texts and name.strip():
            said[name.strip()[:1000]] = "; ".join(dict.fromkeys(texts))
    return said


def price(amount: object, currency: object = None, *, exact: bool = False) -> dict[str, str] | None:
    """A price in whichever way a shop writes it ('1.299,00 €', '19.90 EUR', 19.9). None where it is none, or
    in no currency that is known.

    With `exact` a machine wrote it: a dot parts the cents, as in '19.900' Kuwaiti dinars.
    """
    given = text(amount)
    if given is None or len(given) > 100 or given.lstrip().startswith("-"):
        return None
    exact = exact or not isinstance(amount, str)
    read = Price.fromstring(given, currency_hint=text(currency), decimal_separator="." if exact else None)
    code = _code(text(currency)) or _code(read.currency)
    if read.amount is None or code is None:
        return None
    return {"amount": str(read.amount), "currency": code}


_SIGNS = {
    "€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW",
    "zł": "PLN",
}  # fmt: skip


def _code(sign: str | None) -> str | None:
    if not sign:
        return None
    known = _SIGNS.get(sign.strip(), sign.strip().upper())
    return known if _CURRENCY.fullmatch(known) else None


def utc(value: object) -> str:
    """A time of ISO 8601 in UTC to the second, so that texts compare as times do; '' where it is none."""
    try:
        when = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return ""
    if when is None:
        return ""
    try:
        return (
            (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        )
    except OverflowError:
        return ""


def filled(pairs: Mapping[str, object]) -> dict[str, object] | None:
    """Those that say something; None where none does."""
    return {name: value for name, value in pairs.items() if value not in (None, "")} or None
