"""What composed listings are made of: registered brands, real titles and silent texts, each in its part."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import orjson

from benchmarks.composed.case import Part, part_of
from benchmarks.everyday import is_everyday
from benchmarks.goods import LISTINGS
from benchmarks.registry import registry
from benchmarks.titles import titles
from detector.brand import AuthorisedSeller, Brand
from detector.listing import Price, Seller

FLOORS = (20, 30, 45, 60, 90, 150, 240, 400)
_CURRENCY = "EUR"
_THINGS = """
apple shell target mango corona dove jaguar puma caterpillar delta lotus orange fossil coral diamond
penguin opera safari ring nest square stripe slack swift rust ruby python beats ghost snowflake
sunrise ember meteor pearl brave lens fox panda bear eagle falcon lion tiger wolf rose lily oak
maple cedar cherry peach plum lemon melon cactus clover daisy iris olive pepper sage basil mint
honey butter cookie candy pretzel
"""
"""Words for things, plants and animals that some brands are called by."""
_SHOPS = (
    "Corner Goods",
    "Blue Harbour Trading",
    "Nordlicht Handel",
    "Casa Mia",
    "Petit Marché",
    "J. Alvarez",
)


@dataclass(frozen=True, slots=True)
class Title:
    """A real title; `brand` is what the shop gave, often nothing."""

    text: str
    brand: str


class World:
    """The data in `folder`, and the registry that all cases are judged with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def brands(self) -> list[Brand]:
        """Every registered brand, with a price floor and one authorised seller."""
        return [
            brand.model_copy(
                update={
                    "price_floor": Price(amount=Decimal(_floor(brand.name)), currency=_CURRENCY),
                    "authorised_sellers": (AuthorisedSeller(seller_id=authorised(brand)),),
                }
            )
            for brand in registry(self.folder)
        ]

    @cached_property
    def by_name(self) -> dict[str, Brand]:
        return {brand.name.casefold(): brand for brand in self.brands}

    @cached_property
    def written(self) -> dict[Part, list[Brand]]:
        """The brands whose Latin name, five letters or more, is no everyday word, so that it alone protects
        them, and holds no other brand's name, so that it is plain whose it is."""
        found: dict[Part, list[Brand]] = {part: [] for part in Part}
        for brand in self.brands:
            letters = sum(map(str.isalpha, brand.name))
            plain = brand.name.isascii() and brand.name.replace(" ", "").isalpha()
            if plain and letters >= 5 and len(brand.name) <= 22 and not is_everyday(brand.name):
                words = brand.name.casefold().split()
                if len(words) == 1 or self.by_name.keys().isdisjoint(words):
                    found[part_of(brand.name)].append(brand)
        return found

    @cached_property
    def everyday(self) -> dict[Part, list[Brand]]:
        """The brands whose name is a thing, a plant or an animal first."""
        found: dict[Part, list[Brand]] = {part: [] for part in Part}
        for name in _THINGS.split():
            if name in self.by_name:
                found[part_of(name)].append(self.by_name[name])
        return found

    @cached_property
    def titles(self) -> dict[Part, list[Title]]:
        """Real titles, apart by the brand that the shop gave, or by themselves where it gave none."""
        found: dict[Part, list[Title]] = {part: [] for part in Part}
        for text, brand in titles(self.folder):
            found[part_of(brand or text)].append(Title(text, brand))
        return found

    @cached_property
    def silent(self) -> dict[Part, list[str]]:
        """Texts that name no brand: real titles of fashion without their first words."""
        found: dict[Part, list[str]] = {part: [] for part in Part}
        for row in self.fashion():
            words = row["title"].split()
            if len(words) >= 5:
                found[part_of(row["id"])].append(" ".join(words[-3:]))
        return found

    def fashion(self) -> Iterator[dict[str, Any]]:
        """The rows of the data's listings of fashion, a picture each."""
        with (self.folder / LISTINGS).open("rb") as lines:
            yield from (orjson.loads(line) for line in lines)


def authorised(brand: Brand) -> str:
    return f"authorised-{brand.id}"


def price(brand: Brand, dice: Random, middle: float, spread: float) -> Price:
    """A price drawn about `middle` times the brand's floor, log-normally."""
    floor = brand.price_floor.amount if brand.price_floor else Decimal(60)
    amount = max(
        Decimal(1), (floor * Decimal(middle * dice.lognormvariate(0, spread))).quantize(Decimal("0.01"))
    )
    return Price(amount=amount, currency=brand.price_floor.currency if brand.price_floor else _CURRENCY)


def usual(brand: Brand, dice: Random) -> Price:
    """What honest sellers ask: mostly above the floor, in sales a little below it."""
    return price(brand, dice, 1.5, 0.3)


def stranger(dice: Random) -> Seller:
    """A seller whose name says nothing."""
    name = f"{dice.choice(_SHOPS)} {dice.randint(2, 99)}"
    return Seller(id=f"s{dice.randint(1, 10**6)}", name=name)


def _floor(name: str) -> int:
    return FLOORS[hashlib.sha256(f"floor {name}".encode()).digest()[0] % len(FLOORS)]
