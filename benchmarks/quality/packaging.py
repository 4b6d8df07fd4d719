"""Products recognised in hand-held photos of packages, from one studio picture each.

Every reference is verified against every photo, so this is what features, geometry and colours can tell; what
the index would have proposed is told apart. Photos of backs are among them. The weights of the score were
fitted on every other product in the order of their names: these and the rest are told apart too.

Packages that have the dress but not the name are composed: where the reader finds the maker's name on the
reference, it is painted over on the photo, and an invented name is written there.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from rapidfuzz import fuzz

from benchmarks.figure import Figure, tally
from benchmarks.invented import brand_names
from benchmarks.photos import pixels_of
from benchmarks.registry import simple_icons
from benchmarks.rendered_text import font
from detector.appearance import Appearance
from detector.image.copies import judged
from detector.image.decoding import Pixels
from detector.image.geometry import RARE, Alignment, align
from detector.image.looking import glance
from detector.image.products import DRESS, SURE, recognised
from detector.image.reader import default_reader
from detector.image.references import PICTURES, ReferenceIndex
from detector.result import Box
from detector.sighting import AssetKind, Reference

NAME = "packaging"
PHOTOS = "packaging/photos.csv"
NEEDS = (PHOTOS, "packaging/reference")

RENAMED = 3  # of so many photos one gets another name
LIKE_THE_NAME = 75  # of 100: what the reader makes of it
CANVAS = 4  # pixels of a name's drawing for one of the reference


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """What a photo is recognised as: products with scores, the likeliest first, and where each lies.

    `proposed` are those that the index would have had verified, the likeliest first: the first of them is the
    guess where nothing could be verified. `copied` says that it passes for a copy of a studio picture.
    """

    path: Path
    product: str
    proposed: tuple[str, ...]
    found: tuple[tuple[str, float, Alignment], ...]
    copied: bool

    def dressed(self, maker: str) -> bool:
        """Whether the dress of one of the maker's products is surely there."""
        return any(_maker(product) == maker and at.rarity >= DRESS for product, _, at in self.found)

    def first(self, without: str = "") -> tuple[str, float]:
        """The likeliest, where `without` (a product, or a maker's name) is no reference."""
        ranked = [(product, score) for product, score, _ in self.found]
        ranked += [(product, 0.0) for product in self.proposed]
        return next((one for one in ranked if not without or not one[0].startswith(without)), ("", 0.0))


def measure(data: Path) -> Iterator[Figure]:
    """The right product, the maker, strangers, and packages under another name."""
    folder = data / "packaging"
    with (data / PHOTOS).open(encoding="utf-8") as rows:
        truth = {folder / "photos" / row["image"]: row["product"] for row in csv.DictReader(rows)}
    products = sorted(set(truth.values()))
    pictures = {product: folder / "reference" / f"{product}.jpg" for product in products}
    index = ReferenceIndex(
        [
            Reference(_maker(product), picture.name, AssetKind.PRODUCT, glance(pixels_of(picture)), product)
            for product, picture in pictures.items()
        ]
    )
    photos = [_recognised(path, glance(pixels_of(path)), product, index) for path, product in truth.items()]
    fitted = set(products[1::2])
    for name, some in (
        ("all", photos),
        ("of products that were fitted on", [photo for photo in photos if photo.product in fitted]),
        ("of the others", [photo for photo in photos if photo.product not in fitted]),
    ):
        yield _figure(f"right product first, {name}", some, _right, target=0.9 if name == "all" else None)
    yield _figure(
        f"right product among the {PICTURES} that the index proposes",
        photos,
        lambda photo: photo.product in photo.proposed,
    )
    yield _figure(
        "right maker first", photos, lambda photo: _maker(photo.first()[0]) == _maker(photo.product)
    )
    yield _figure(
        "right product first and sure of it", photos, lambda photo: _right(photo) and photo.first()[1] > SURE
    )
    yield _figure(
        "another product first and sure",
        photos,
        lambda photo: not _right(photo) and photo.first()[1] > SURE,
        at_most=True,
    )
    yield _figure(
        "product no reference, another of the maker's sure",
        photos,
        lambda photo: photo.first(photo.product)[1] > SURE,
        at_most=True,
    )
    yield _figure(
        "maker without references, a product of another's sure",
        photos,
        lambda photo: photo.first(_maker(photo.product))[1] > SURE,
        at_most=True,
    )
    yield _figure(
        "hand-held photos taken for a copy of a studio picture",
        photos,
        lambda photo: photo.copied,
        at_most=True,
    )
    makers = {_maker(product) for product in products}
    yield _figure(
        "the maker's dress surely there", photos, lambda photo: photo.dressed(_maker(photo.product))
    )
    yield _figure(
        "another maker's dress surely there, on shelves behind too",
        photos,
        lambda photo: any(photo.dressed(maker) for maker in makers - {_maker(photo.product)}),
        at_most=True,
    )
    renamed = list(_renamed(photos[::RENAMED], pictures, index))
    yield _figure("dress without its name: right product first", renamed, _right)
    yield _figure(
        "dress without its name: right maker first",
        renamed,
        lambda photo: _maker(photo.first()[0]) == _maker(photo.product),
    )
    yield _figure(
        "dress without its name: the maker's dress surely there",
        renamed,
        lambda photo: photo.dressed(_maker(photo.product)),
    )


def _recognised(path: Path, seen: Appearance, product: str, index: ReferenceIndex) -> Photo:
    aligned = [
        (reference, found)
        for reference in index.references
        if (found := align(reference.appearance, seen)) is not None and found.rarity >= RARE
    ]
    ranked = recognised([(reference.appearance, found) for reference, found in aligned], seen)
    return Photo(
        path,
        product,
        tuple(reference.product or "" for reference in index.pictures_near(seen)),
        tuple((aligned[one.number][0].product or "", one.score, one.alignment) for one in ranked),
        any(judged(each.appearance, seen, found, across=False) for each, found in aligned),
    )


def _figure(
    name: str,
    photos: list[Photo],
    holds: Callable[[Photo], bool],
    target: float | None = None,
    *,
    at_most: bool = False,
) -> Figure:
    misses = tuple(_told(photo) for photo in photos if holds(photo) is at_most)
    return Figure(NAME, name, *tally(map(holds, photos)), target, at_most, misses=misses)


def _told(photo: Photo) -> str:
    product, score = photo.first()
    return f"{photo.path}: taken for {product or 'nothing'} ({score:.2f})"


def _right(photo: Photo) -> bool:
    return photo.first()[0] == photo.product


def _maker(product: str) -> str:
    return product.partition("-")[0]


def _renamed(photos: list[Photo], pictures: dict[str, Path], index: ReferenceIndex) -> Iterator[Photo]:
    """The photos where the product was found and its maker's name can be painted over, recognised again."""
    reader = default_reader()
    real = len(simple_icons())
    names = list(islice((n for n in brand_names(real + 400, seed=5)[real:] if n.isascii()), 50))
    boxes: dict[str, Box] = {}
    for product, picture in pictures.items():
        name = _maker(product).casefold()
        lines = reader.read(picture.read_bytes()).lines
        likeness = [fuzz.ratio(name, line.text.casefold()) for line in lines]
        if likeness and max(likeness) >= LIKE_THE_NAME:
            boxes[product] = lines[int(np.argmax(likeness))].box
    random = Random(5)
    for photo in photos:
        found = next((at for product, _, at in photo.found if product == photo.product), None)
        if found is not None and photo.product in boxes:
            pixels = pixels_of(photo.path)
            renamed = under_another_name(pixels, boxes[photo.product], found, random.choice(names), random)
            yield _recognised(photo.path, glance(renamed), photo.product, index)


def under_another_name(pixels: Pixels, box: Box, found: Alignment, name: str, random: Random) -> Pixels:
    """The photo with the place of a word painted over, and another written there as the package lies.

    `box` is the word's on the reference that `found` aligns with the photo.
    """
    corners = np.array(box)
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    high = bottom - top
    left, top, right, bottom = left - 0.2 * high, top - 0.15 * high, right + 0.2 * high, bottom + 0.15 * high
    width, height = round((right - left) * CANVAS), round((bottom - top) * CANVAS)
    to_reference = np.array([[1 / CANVAS, 0, left], [0, 1 / CANVAS, top], [0, 0, 1]])
    transform = found.transform @ to_reference
    size = pixels.shape[1], pixels.shape[0]
    covered = cv2.warpPerspective(np.full((height, width), 255, np.uint8), transform, size)
    painted = cv2.inpaint(pixels, (covered > 0).astype(np.uint8), 5, cv2.INPAINT_TELEA)
    plate = _written(name, width, height, random)
    ink = cv2.warpPerspective(plate, transform, size)[..., None] / 255
    colour = 255.0 if painted[covered > 0].mean() < 128 else 20.0
    return np.rint(painted * (1 - ink) + colour * ink).astype(np.uint8)


def _written(name: str, width: int, height: int, random: Random) -> NDArray[np.uint8]:
    """The name as wide as the plate, and no higher."""
    letters = font(100, random)
    left, top, right, bottom = letters.getbbox(name)
    plate = Image.new("L", (round(right - left), round(bottom - top)))
    ImageDraw.Draw(plate).text((-left, -top), name, fill=255, font=letters)
    scale = min(width / plate.width, height / plate.height)
    fitted = plate.resize((max(1, int(plate.width * scale)), max(1, int(plate.height * scale))))
    whole = Image.new("L", (width, height))
    whole.paste(fitted, ((width - fitted.width) // 2, (height - fitted.height) // 2))
    return np.asarray(whole)
