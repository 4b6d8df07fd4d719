"""Whom an attack is about: a brand with what its owner gave, as far as that can be compared with."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image

from brand_registry.assets import Asset, assets_of
from brand_registry.files import Described
from detector.brand import Brand
from detector.errors import PictureRefused
from detector.image.assets import prepared
from detector.image.decoding import Pixels
from detector.image.folder import PictureFolder
from detector.sighting import AssetKind
from workers.demo.lettering import Cover, Picture

_LONGEST = 800
"""Pixels of the longer side: what shops show."""
_SHORTEST_NAME = 4
_SAME_GROUND = 48.0
"""Grey levels from the ground of a mark at which its ink covers all."""


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """A mark without its ground: its colours, and how far it covers each pixel."""

    colours: Picture
    cover: Cover


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """`names` are those that attackers write: in Latin letters, four or more. Pictures are in RGB, 0 to 1."""

    brand: Brand
    names: tuple[str, ...]
    marks: tuple[Ink, ...] = ()
    photos: tuple[Picture, ...] = ()
    products: tuple[Picture, ...] = ()

    def name(self, dice: Random) -> str:
        """Mostly the brand's first name."""
        return self.names[0] if dice.random() < 0.7 else dice.choice(self.names)


def target_of(described: Described, compared: Collection[str]) -> Target:
    """The brand, with its pictures as far as their paths are among those that are `compared` with."""
    pictures: dict[AssetKind, list[Pixels]] = {kind: [] for kind in AssetKind}
    for asset in assets_of([described]):
        if asset.path in compared:
            pictures[asset.kind] += _pixels(asset)
    return Target(
        described.brand,
        latin(described.brand),
        tuple(map(ink_of, pictures[AssetKind.LOGO])),
        tuple(map(_sized, pictures[AssetKind.IMAGE])),
        tuple(map(_sized, pictures[AssetKind.PRODUCT])),
    )


def latin(brand: Brand) -> tuple[str, ...]:
    """Its names that are written in plain Latin letters."""
    return tuple(
        name for name in brand.names() if name.isascii() and sum(map(str.isalpha, name)) >= _SHORTEST_NAME
    )


def ink_of(mark: Pixels) -> Ink:
    """A mark on a ground of one colour, that of its edges: what differs from it is ink."""
    border = np.concatenate([mark[0], mark[-1], mark[:, 0], mark[:, -1]])
    off = np.abs(mark.astype(np.float32) - np.median(border, axis=0)).max(axis=2)
    return Ink(mark.astype(np.float32) / 255, (off / _SAME_GROUND).clip(0, 1))


def _pixels(asset: Asset) -> Iterator[Pixels]:
    """None of a file that went away since it was compared with."""
    try:
        yield prepared(PictureFolder(asset.folder, "the brand").read(asset.path), asset.kind)[0]
    except PictureRefused:
        return


def _sized(pixels: Pixels) -> Picture:
    """Its longer side at most `_LONGEST` pixels."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((_LONGEST, _LONGEST))
    return np.asarray(picture, np.float32) / 255
