"""The data's photos with labelled marks: crops of some serve as references, the others are tested, as they
are and edited.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.photos import pixels_of, without_logo
from detector.image.decoding import Pixels

BOXES = "logos/boxes.csv"
CROPS = 5
MARGIN = 0.06  # of a mark's side, on each side of a crop
SMALL = 0.05  # of the picture

Boxes = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """`boxes` (n, 4) are the marks of `brand` on it; a photo without any has the brand ''."""

    path: Path
    brand: str
    boxes: Boxes
    size: tuple[int, int]

    def largest(self) -> NDArray[np.float32]:
        areas = np.prod(self.boxes[:, 2:] - self.boxes[:, :2], axis=1)
        box: NDArray[np.float32] = self.boxes[int(np.argmax(areas))]
        return box

    @property
    def file(self) -> str:
        """Its path in the data."""
        return f"logos/images/{self.path.name}"

    @property
    def small(self) -> bool:
        left, top, right, bottom = self.largest()
        return bool((right - left) * (bottom - top) < SMALL * self.size[0] * self.size[1])


Edit = Callable[[Pixels, Photo], Pixels]


def labelled(data: Path) -> Iterator[Photo]:
    """Photos with a brand's marks; one with those of two brands comes twice."""
    boxes: dict[tuple[str, str], list[tuple[float, ...]]] = defaultdict(list)
    with (data / BOXES).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            boxes[row["image"], row["brand"]].append(
                tuple(float(row[key]) for key in ("x1", "y1", "x2", "y2"))
            )
    for (image, brand), some in sorted(boxes.items()):
        path = data / "logos" / "images" / image
        height, width = pixels_of(path).shape[:2]
        yield Photo(path, brand, np.array(some, np.float32), (width, height))


def unlabelled(data: Path) -> Iterator[Photo]:
    """Photos without any of the brands."""
    for path in without_logo(data):
        height, width = pixels_of(path).shape[:2]
        yield Photo(path, "", np.zeros((0, 4), np.float32), (width, height))


def split(photos: list[Photo]) -> tuple[dict[str, list[Pixels]], list[Photo]]:
    """Crops of five photos of each brand, and the photos that none was taken of."""
    by_brand: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        by_brand[photo.brand].append(photo)
    crops: dict[str, list[Pixels]] = {}
    used: set[Path] = set()
    for brand, some in by_brand.items():
        drawn = Random(brand).sample(some, min(CROPS, len(some)))
        crops[brand] = [_crop(pixels_of(photo.path), photo.largest()) for photo in drawn]
        used |= {photo.path for photo in drawn}
    return crops, [photo for photo in photos if photo.path not in used]


def _crop(pixels: Pixels, box: NDArray[np.float32]) -> Pixels:
    left, top, right, bottom = (float(side) for side in box)
    more_x, more_y = MARGIN * (right - left), MARGIN * (bottom - top)
    rows = slice(max(0, round(top - more_y)), round(bottom + more_y))
    return np.ascontiguousarray(pixels[rows, max(0, round(left - more_x)) : round(right + more_x)])


def as_it_is(pixels: Pixels, _: Photo) -> Pixels:
    """An edit that changes nothing."""
    return pixels


def _blurred(pixels: Pixels, _: Photo) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.006 * max(pixels.shape[:2])))


def _covered(pixels: Pixels, photo: Photo) -> Pixels:
    left, top, right, bottom = (int(side) for side in photo.largest())
    covered = pixels.copy()
    covered[top:bottom, left + (right - left) // 3 : left + 2 * (right - left) // 3] = 128
    return covered


def _turned(degrees: float) -> Edit:
    def turn(pixels: Pixels, _: Photo) -> Pixels:
        height, width = pixels.shape[:2]
        about = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return np.asarray(cv2.warpAffine(pixels, about, (width, height), borderMode=cv2.BORDER_REFLECT))

    return turn


EDITS: dict[str, Edit] = {
    "as they are, for comparison": as_it_is,
    "blurred": _blurred,
    "a patch over a third of the mark": _covered,
    "mirrored": lambda pixels, _: np.ascontiguousarray(pixels[:, ::-1]),
    "turned by 20°": _turned(20),
    "turned by 90°": lambda pixels, _: np.ascontiguousarray(np.rot90(pixels)),
}
"""Done to the whole photo, but for the patch, which lies over a third of its largest mark."""
