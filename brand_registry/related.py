"""Brands that a name shows to be of one house: 'Nivea' and 'Nivea Men' may share pictures."""

import re
from collections.abc import Callable, Iterable

from detector.brand import Brand

_WORD = re.compile(r"[^\W_]+")


def related(brands: Iterable[Brand]) -> Callable[[str, str], bool]:
    """Whether of two brands, given by their ids, one has the other's name in its own, word for word."""
    names = {brand.id: _words(brand.name) for brand in brands}
    return lambda brand, other: _one_house(names[brand], names[other])


def related_names(name: str, other: str) -> bool:
    """The same of two brands' names."""
    return _one_house(_words(name), _words(other))


def _one_house(ours: str, theirs: str) -> bool:
    return bool(ours.strip() and theirs.strip()) and (ours in theirs or theirs in ours)


def _words(name: str) -> str:
    return " ".join(["", *_WORD.findall(name.casefold()), ""])
