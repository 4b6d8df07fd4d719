"""A catalogue that was judged before ten brands joined: names of these are planted in it."""

import random
from collections.abc import Iterator, Sequence

from benchmarks.invented import brand_names, descriptions, listings
from brand_registry.record import Record
from detector.listing import Listing

REGISTRY = 10_000
"""Brands that were there before."""
_EVERY = 100
"""One listing in so many names one of the new brands."""


def new_brands() -> list[Record]:
    """Ten, of five marks each, invented ones."""
    names = [name for name in brand_names(REGISTRY + 200)[REGISTRY:] if " " not in name and len(name) > 5]
    return [
        Record(id=f"new{n}", name=names[5 * n], aliases=tuple(names[5 * n + 1 : 5 * n + 5]))
        for n in range(10)
    ]


def planted(brands: Sequence[Record], *, described: bool) -> Iterator[Listing]:
    """Without an end. Words come from a pool: to draw them for each costs more than what is measured."""
    rng = random.Random(7)
    titles = [one["title"] for one in listings(20_000, brand_names(REGISTRY), seed=5)]
    told = descriptions(20_000) if described else [""]
    names = [name for brand in brands for name in brand.names()]
    number = 0
    while True:
        title = f"{rng.choice(titles)} {number}"
        if number % _EVERY == 0:
            name = rng.choice(names)
            at = rng.randrange(1, len(name))
            title = f"{name if rng.random() < 0.5 else name[:at] + name[at - 1 :]} {title}"
        yield Listing(id=f"L{number}", title=title, description=rng.choice(told), category="Home > Other")
        number += 1
