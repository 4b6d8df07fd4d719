"""Brands that a name shows to be of one house: 'Nivea' and 'Nivea Men' may share pictures."""

import re
from collections.abc import Callable, Iterable

from detector.brand import Brand

_WORD = re.compile(r"[^\W_]+")


def related(brands: Iterable[Brand]) -> Callable[[str, str], bool]:
    """Whether of two brands, given by their ids, one has the other's name in its own, word for word."""
    words = {brand.id: " ".join(["", *_WORD.findall(brand.name.casefold()), ""]) for brand in brands}

    def one_house(brand: str, other: str) -> bool:
        ours, theirs = words[brand], words[other]
        return bool(ours.strip() and theirs.strip()) and (ours in theirs or theirs in ours)

    return one_house
