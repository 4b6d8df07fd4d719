"""The brands' own pictures and the photos that listings show, each in its part."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np
from PIL import Image

from benchmarks.composed.case import Part, part_of
from benchmarks.composed.readings import Readings
from benchmarks.composed.world import World
from benchmarks.drawn_marks import drawn_mark
from benchmarks.goods import LISTINGS
from benchmarks.logo_photos import BOXES, Photo, labelled, split
from benchmarks.photos import NO_LOGO, pixels_of, png, without_logo
from benchmarks.uploads import marks_taken
from detector.brand import Brand
from detector.image.decoding import Pixels
from detector.image.svg import rendered
from detector.sighting import AssetKind, Reference
from detector.text.index import MarkIndex
from detector.text.mention import Likeness

PACKAGES = "packaging/photos.csv"
NEEDS = (BOXES, NO_LOGO, PACKAGES, LISTINGS)

T = TypeVar("T")

_DRAWN_EACH, _OFFICIAL_EACH = 8, 12
"""Brands of a part with a drawn mark, and with pictures of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """A brand's own picture that a listing may show."""

    brand: Brand
    path: Path


class Gallery:
    """What the data has of pictures; `world.brands` are those that are registered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._folder = world.folder

    @cached_property
    def _labelled(self) -> tuple[dict[str, list[Pixels]], list[Photo]]:
        return split(list(labelled(self._folder)))

    @cached_property
    def tested(self) -> dict[Part, list[Photo]]:
        """Photos with a brand's mark, none of which a reference was cut out of."""
        return _parted((part_of(photo.brand), photo) for photo in self._labelled[1])

    @cached_property
    def drawn(self) -> dict[Part, list[Brand]]:
        """Brands whose mark is known as a drawing."""
        return {
            part: Random(f"{part} drawn").sample(some, min(_DRAWN_EACH, len(some)))
            for part, brands in self._world.written.items()
            for some in [[brand for brand in brands if drawn_mark(brand.name)]]
        }

    @cached_property
    def photos(self) -> dict[Part, list[Path]]:
        """Photos of goods, and photos without a logo: grounds that nobody's picture was registered of."""
        goods = (self._folder / "listings" / row["images"][0] for row in self._world.fashion())
        paths = [*goods, *without_logo(self._folder)]
        return _parted((part_of(path.name), path) for path in paths if path not in self._taken)

    @cached_property
    def strangers(self) -> dict[Part, list[Path]]:
        """Those of the photos whose own title names no registered brand, by an everyday word only where it
        opens with it: a photo of a registered maker's shoes, under words that don't say so, is no innocent
        listing. Nor is one that is a registered picture, byte for byte: the shop shows some of its photos
        under two numbers."""
        index = MarkIndex.build(self._world.brands)
        named = {
            self._folder / "listings" / row["images"][0]
            for row in self._world.fashion()
            for m in index.find(row["title"])
            if m.likeness is Likeness.EXACT and (not m.everyday or m.span[0] == 0)
        }
        registered = {_digest(path) for path in self._taken}
        return {
            part: [path for path in some if path not in named and _digest(path) not in registered]
            for part, some in self.photos.items()
        }

    @cached_property
    def official(self) -> dict[Part, list[Own]]:
        """Studio pictures that a brand registered."""
        goods = _parted(
            (part_of(path.name), path)
            for row in self._world.fashion()
            for path in [self._folder / "listings" / row["images"][0]]
        )
        found: dict[Part, list[Own]] = {}
        for part, brands in self._world.written.items():
            dice = Random(f"{part} official")
            some = dice.sample(goods[part], min(_OFFICIAL_EACH, len(goods[part])))
            found[part] = [Own(dice.choice(brands), path) for path in some]
        return found

    @cached_property
    def _taken(self) -> set[Path]:
        return {own.path for some in self.official.values() for own in some}

    @cached_property
    def packages(self) -> dict[Part, list[Own]]:
        """Hand-held photos of packages, by their makers."""
        with (self._folder / PACKAGES).open(encoding="utf-8", newline="") as rows:
            named = [(row["image"], maker_of(row["product"])) for row in csv.DictReader(rows)]
        return _parted(
            (part_of(maker.name), Own(maker, self._folder / "packaging" / "photos" / image))
            for image, maker in named
        )

    def makers(self) -> list[Brand]:
        """The makers of the packages, which the world doesn't know."""
        return list({own.brand.id: own.brand for some in self.packages.values() for own in some}.values())

    def references(self, readings: Readings) -> list[Reference]:
        """All that owners registered, through the gates of an upload."""
        marks = [
            (self._world.by_name[name.casefold()].id, png(crop))
            for name, crops in self._labelled[0].items()
            for crop in crops
        ]
        marks += [(b.id, mark) for some in self.drawn.values() for b in some if (mark := drawn_mark(b.name))]
        found, _ = marks_taken(marks, readings.look)
        for some in self.official.values():
            for own in some:
                look = readings.look(pixels_of(own.path))[1]
                found.append(Reference(own.brand.id, own.path.name, AssetKind.IMAGE, look))
        for path in sorted((self._folder / "packaging" / "reference").glob("*.jpg")):
            look = readings.look(pixels_of(path))[1]
            found.append(Reference(maker_of(path.stem).id, path.name, AssetKind.PRODUCT, look, path.stem))
        return found


def maker_of(product: str) -> Brand:
    name = product.partition("-")[0]
    return Brand(id=f"maker-{name}", name=name)


def mark_in(photo: Photo) -> Pixels:
    """Its largest mark, with some of its ground."""
    left, top, right, bottom = (float(side) for side in photo.largest())
    more = 0.1 * max(right - left, bottom - top)
    rows = slice(max(0, round(top - more)), round(bottom + more))
    return np.ascontiguousarray(pixels_of(photo.path)[rows, max(0, round(left - more)) : round(right + more)])


def drawing_of(brand: Brand) -> Pixels:
    """Its drawn mark on white."""
    with Image.open(BytesIO(rendered(drawn_mark(brand.name) or b""))) as drawn:
        ink = drawn.convert("RGBA")
    paper = Image.new("RGBA", ink.size, "white")
    return np.asarray(Image.alpha_composite(paper, ink).convert("RGB"))


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def _parted(some: Iterable[tuple[Part, T]]) -> dict[Part, list[T]]:
    found: dict[Part, list[T]] = {part: [] for part in Part}
    for part, one in some:
        found[part].append(one)
    return found
