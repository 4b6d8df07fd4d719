"""Fields that no brand has: most are a slip of the pen, and what they hold would be missed without a word."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice

from pydantic import BaseModel

from detector.brand import Brand

_MOST = 20
"""Warnings, so that a file of something else doesn't fill the screen."""


def unknown_fields(brands: Iterable[Brand]) -> Iterator[str]:
    """A clause for each unknown field, once, with the first brand that has it and the field likely meant."""
    first: dict[str, tuple[str, str | None]] = {}
    for brand in brands:
        for field, meant in _unknown(brand):
            first.setdefault(field, (brand.id, meant))
    for field, (brand_id, meant) in islice(first.items(), _MOST):
        hint = f"is {meant!r} meant?" if meant else "it is not looked at"
        yield f"the brand {brand_id!r} has a field {field[:100]!r} that is not known; {hint}"


def _unknown(brand: Brand) -> Iterator[tuple[str, str | None]]:
    yield from _of(brand, "")
    for within in ("marks", "authorised_sellers", "products"):
        for one in getattr(brand, within):
            yield from _of(one, f"{within}.")


def _of(one: BaseModel, within: str) -> Iterator[tuple[str, str | None]]:
    fields = type(one).model_fields
    for name in one.model_extra or ():
        close = get_close_matches(name.lower().replace("-", "_"), fields, n=1)
        yield within + name, within + close[0] if close else None
