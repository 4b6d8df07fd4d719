"""What the sample's listings are written in: an offer, its pictures, and what a fair reviewer says of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter

from workers.demo.lettering import Print


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: a studio product, or a real photo ('photo:cat'), with words on it.

    `suffix` says how it is kept: jpg, png, webp, gif, avif, heic, 'turned.jpg' (upright by its EXIF tag
    alone) or 'cmyk.jpg'. With `tiles`, it is cut into that many a side.
    """

    subject: str
    colour: str = "#e9e4da"
    ground: str = "white"
    prints: tuple[Print, ...] = ()
    suffix: str = "jpg"
    tiles: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A listing as its seller wrote it, and what is expected of it.

    `reasons` is empty for an honest offer; otherwise any of them, for `target`, is the right answer. `fair`
    names the kind of fair use an honest offer stands for.
    """

    tactic: str
    title: str
    category: str
    price: float
    seller: str
    description: str = ""
    brand: str | None = None
    condition: str = "new"
    attributes: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[Frame, ...] = ()
    target: str | None = None
    reasons: tuple[str, ...] = ()
    fair: str | None = None


def read_offers() -> tuple[Offer, ...]:
    """The abuses in words, the abuses in pictures, and the honest ones, from `data/`."""
    tables = [_toml(f"{name}.toml") for name in ("in_words", "in_pictures", "fair")]
    return TypeAdapter(tuple[Offer, ...]).validate_python([offer for t in tables for offer in t["offer"]])


def read_sellers() -> dict[str, tuple[str, str]]:
    """Seller id → name and country."""
    return TypeAdapter(dict[str, tuple[str, str]]).validate_python(_toml("sellers.toml"))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("workers.demo").joinpath("data", name).read_text(encoding="utf-8"))
