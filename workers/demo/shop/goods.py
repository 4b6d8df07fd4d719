"""What the marketplace sells: any number of invented goods, or a catalogue's listings."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, overload

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_COLOURS = ("blue", "red", "green", "black", "white", "grey", "yellow", "brown")
_THINGS = (
    ("shirt", "Clothing > Shirts"), ("sneakers", "Footwear > Sneakers"), ("mug", "Kitchen > Mugs"),
    ("kettle", "Kitchen > Kettles"), ("lamp", "Home > Lamps"), ("backpack", "Bags > Backpacks"),
    ("watch", "Jewellery > Watches"), ("charger", "Electronics > Chargers"),
)  # fmt: skip
_MAKERS = ("Tavoro", "Lumiq", "Brevanto", "Kestal", "Ondria", "Pellum", "Quarive", "Sundarc")


class Goods(Sequence[Mapping[str, Any]]):
    """`size` invented listings, the same for the same seed; none is kept in memory."""

    def __init__(self, size: int, seed: int = 1) -> None:
        self._size, self._seed = size, seed

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, at: int | slice) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
        if isinstance(at, slice):
            return [self._one(number) for number in range(*at.indices(self._size))]
        if not 0 <= at < self._size:
            raise IndexError(at)
        return self._one(at)

    def _one(self, number: int) -> Mapping[str, Any]:
        chance = Random(self._seed * 1_000_003 + number)
        thing, category = chance.choice(_THINGS)
        colour, maker = chance.choice(_COLOURS), chance.choice(_MAKERS)
        seller = chance.randrange(200)
        return {
            "id": f"G{number + 1:07}",
            "title": f"{maker} {thing} in {colour}, no. {number + 1}",
            "description": f"A {colour} {thing} by {maker} & sons. Für alle, die es mögen: naïve, 日本.",
            "brand": maker,
            "category": category,
            "condition": "new",
            "price": {"amount": f"{chance.randrange(500, 250_000) / 100:.2f}", "currency": "EUR"},
            "seller": {"id": f"s{seller}", "name": f"Shop {seller}", "country": "DE"},
            "images": [f"images/{number % 50}.png"],
            "attributes": {"gtin": f"4{number:012}", "colour": colour},
        }


def goods_of(catalogue: Path) -> list[Mapping[str, Any]]:
    """The listings of a catalogue in JSON Lines; lines that hold none are left out."""
    listings: list[Mapping[str, Any]] = []
    for line in catalogue.read_text("utf-8").splitlines():
        try:
            listing = json.loads(line)
        except ValueError:
            continue
        if isinstance(listing, dict) and "id" in listing and "title" in listing:
            listings.append(listing)
    return listings


def changed_at(number: int) -> datetime:
    """When the listing at a place last changed: each a minute after the one before."""
    return _FIRST + timedelta(minutes=number)


def stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
