"""What the sample's listings are written in: an offer, its pictures, and what a fair reviewer says of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter

from workers.demo.emblems import Stamp
from workers.demo.lettering import Print


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture with words and emblems on it: a studio product, a real photo ('photo:cat'), a carton in a
    brand's dress ('carton:acme'), or the brand's own campaign picture ('campaign:acme').

    `held` shows a carton before a camera. `theft` says what was done to the picture (`THEFTS`). `suffix`
    says how it is kept: jpg, png, webp, gif, avif, heic, 'turned.jpg' (upright by its EXIF tag alone) or
    'cmyk.jpg'. With `tiles`, it is cut into that many a side.
    """

    subject: str
    colour: str = "#e9e4da"
    ground: str = "white"
    prints: tuple[Print, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    held: bool = False
    theft: str | None = None
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
    """The abuses in words, in what pictures say, in what they show, and the honest offers, from `data/`."""
    tables = [_toml(f"{name}.toml") for name in ("in_words", "in_pictures", "in_looks", "fair")]
    return TypeAdapter(tuple[Offer, ...]).validate_python([offer for t in tables for offer in t["offer"]])


def read_sellers() -> dict[str, tuple[str, str]]:
    """Seller id → name and country."""
    return TypeAdapter(dict[str, tuple[str, str]]).validate_python(_toml("sellers.toml"))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("workers.demo").joinpath("data", name).read_text(encoding="utf-8"))
