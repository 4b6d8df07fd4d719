"""Paths of categories ('Footwear > Sneakers'), held against each other part by part."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")
Path = tuple[str, ...]
_BETWEEN = re.compile(r"\s*[>/|»›]\s*")


def parts(category: str) -> Path:
    """Of a path, without what is no part of its names: the size of letters, blanks, which mark parts them."""
    text = unicodedata.normalize("NFKC", category).casefold().strip()
    return tuple(part for part in _BETWEEN.split(text) if part)


def fitting(category: Path, known: Mapping[Path, T]) -> T | None:
    """What is known of a path, or of some parts of it that stand together: of several the most parts count,
    then those that lie deepest.
    """
    if not known:
        return None
    return next((known[one] for one in _runs(category) if one in known), None)


def _runs(category: Path) -> Iterator[Path]:
    size = len(category)
    for length in range(size, 0, -1):
        for start in range(size - length, -1, -1):
            yield category[start : start + length]
