"""Columns of a table or a product feed, turned into the form of a listing.

Names are compared without case, Google Merchant's `g:`, blanks and hyphens. A column that isn't known
becomes an attribute, so that nothing a shop says about its goods is lost.
"""

import json
import re
from collections.abc import Iterable, Mapping
from math import isnan
from typing import Any

_TEXTS = {
    "id": "id",
    "title": "title",
    "name": "title",
    "product_title": "title",
    "product_name": "title",
    "description": "description",
    "brand": "brand",
    "category": "category",
    "condition": "condition",
    "marketplace": "marketplace",
    "url": "url",
    "link": "url",
}
_SELLER = {"seller": "name", "seller_name": "name", "seller_id": "id", "seller_country": "country"}
IMAGES = ("images", "image", "image_link", "image_url", "image_urls", "additional_image_link")
_CATEGORIES = ("product_type", "google_product_category")
"""Where there is no `category`: the shop's own before Google's, which is often only a number."""


def plain_name(name: str) -> str:
    """A column's name as it is compared: 'g:Image Link' is 'image_link'."""
    return re.sub(r"[\s-]+", "_", name.strip().lower().removeprefix("g:"))


def listing_fields(columns: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of a listing, not yet validated. Empty columns are left out; the first of two names
    counts.
    """
    fields: dict[str, Any] = {}
    seller: dict[str, str] = {}
    images: list[str] = []
    others: dict[str, list[str]] = {}
    for given, value in columns:
        name = plain_name(given)
        if value is None or value == "" or (isinstance(value, float) and isnan(value)):
            continue
        if name in {"seller", "attributes", "price"} and isinstance(value, Mapping):
            fields[name] = dict(value)
        elif name in _TEXTS and _TEXTS[name] not in fields:
            fields[_TEXTS[name]] = _text(value)
        elif name in _SELLER:
            seller.setdefault(_SELLER[name], _text(value))
        elif name in IMAGES:
            images += _references(value)
        elif not (isinstance(value, bytes) and _is_binary(value)):
            others.setdefault(given, []).append(_text(value))
    rest = {given: "; ".join(texts) for given, texts in others.items()}
    _take_category(fields, rest)
    _take_price(fields, rest)
    if seller:
        fields.setdefault("seller", seller)
    if images:
        fields["images"] = list(dict.fromkeys(images))
    if rest:
        fields["attributes"] = rest | fields.get("attributes", {})
    return fields


def _text(value: object) -> str:
    if isinstance(value, bytes):
        # Parquet's texts whose writer did not say so; what is no UTF-8 is refused with its row.
        return value.decode("utf-8", errors="surrogateescape")
    return value if isinstance(value, str) else str(value)


def _is_binary(value: bytes) -> bool:
    """Thumbnails, vectors and the like, which say nothing that could be judged as text."""
    try:
        value.decode()
    except UnicodeDecodeError:
        return True
    return False


def _references(value: object) -> list[str]:
    """The pictures that a cell names: a list, a JSON list, or parted by bars or commas.

    A comma can be a part of an address, so it parts addresses only where the next one begins after it.
    """
    if isinstance(value, list | tuple):
        return [_text(item) for item in value if item]
    text = _text(value).strip()
    if text.startswith("["):
        try:
            return [_text(item) for item in json.loads(text) if item]
        except (ValueError, TypeError, RecursionError):
            pass
    comma = r"[,;]\s*(?=https?://)" if "://" in text else "[,;]"
    return [part.strip() for part in re.split(rf"\||{comma}", text) if part.strip()]


def _take_category(fields: dict[str, Any], rest: dict[str, str]) -> None:
    for given in sorted(rest, key=lambda name: plain_name(name) != _CATEGORIES[0]):
        if (
            plain_name(given) in _CATEGORIES
            and "category" not in fields
            and not rest[given].strip().isdigit()
        ):
            fields["category"] = rest.pop(given)


_MONEY = re.compile(
    r"\s*(?P<before>[^\d\s,.'-]*)\s*(?P<number>\d[\d.,'\s\u00a0\u202f]*?)\s*(?P<after>[^\d\s,.'-]*)\s*"
)
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "zł": "PLN"}


def _take_price(fields: dict[str, Any], rest: dict[str, str]) -> None:
    """'19.90 EUR' or '€19,90', or a number with a column `currency`. What is neither stays an attribute."""
    named = {plain_name(given): given for given in rest}
    if "price" in fields or "price" not in named:
        return
    money = _MONEY.fullmatch(rest[named["price"]][:100])
    if money is None:
        return
    sign = money["before"] or money["after"] or rest.get(named.get("currency", ""), "").strip()
    currency = _SYMBOLS.get(sign, sign.upper())
    if re.fullmatch("[A-Z]{3}", currency):
        fields["price"] = {"amount": _amount(money["number"]), "currency": currency}
        for used in {"price", "currency"} & named.keys():
            del rest[named[used]]


def _amount(number: str) -> str:
    """'1.234,50' and '1,234.50' alike: the last mark parts the cents where one or two digits follow it,
    or where it is the only dot.
    """
    digits = re.sub(r"[\s\u00a0\u202f']", "", number)
    cents = re.fullmatch(r"(.*)[.,](\d{1,2})", digits) or re.fullmatch(r"(\d*)\.(\d+)", digits)
    whole, part = (cents[1], cents[2]) if cents else (digits, "0")
    return f"{re.sub('[.,]', '', whole) or '0'}.{part}"
