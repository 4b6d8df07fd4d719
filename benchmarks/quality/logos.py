"""Brands' marks recognised in photos from the wild, from at most five crops a brand taken of other photos.

The crops are the largest marks of five photos, drawn by a seed; all other photos are tested against all
brands' crops. What is chosen (thresholds, weights) was chosen on every other brand in the order of their
names; they and the rest are told apart. A photo counts as traced where a mark of its brand is recognised in
it; what reading its text adds is told beside. Edited photos are composed: the edit is done to the whole
photo, and the patch lies over a third of its largest mark.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, tally
from benchmarks.photos import NO_LOGO, pixels_of, png, without_logo
from detector.brand import Brand
from detector.image.decoding import Pixels
from detector.image.embedding import embedder
from detector.image.looking import Looker
from detector.image.marks import Found, MarkIndex
from detector.image.reader import PictureReader, default_reader
from detector.image.regions import overlaps
from detector.judge import Judge
from detector.reading import PictureReading
from detector.sighting import AssetKind, Reference

NAME = "logos"
BOXES = "logos/boxes.csv"
NEEDS = (BOXES, NO_LOGO)

CROPS = 5
MARGIN = 0.06  # of a mark's side, on each side of a crop
SMALL = 0.05  # of the picture
EDITED = 5  # photos of each brand
REGIONS = (16, 32, 0)  # 0: all
CASED = {"Bmw": "BMW", "Nbc": "NBC", "Cocacola": "Coca-Cola", "Mcdonalds": "McDonald's"}

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
    def small(self) -> bool:
        left, top, right, bottom = self.largest()
        return bool((right - left) * (bottom - top) < SMALL * self.size[0] * self.size[1])


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What was recognised: brands by their marks with the places, and brands by their names; `regions` are
    where it was looked, the likeliest first."""

    photo: Photo
    regions: Boxes
    marks: dict[str, Boxes]
    names: frozenset[str]

    @property
    def traced(self) -> bool:
        return self.photo.brand in self.marks

    @property
    def traced_or_read(self) -> bool:
        return self.traced or self.photo.brand in self.names

    def wrong(self) -> set[str]:
        return set(self.marks) - {self.photo.brand}


def measure(data: Path) -> Iterator[Figure]:
    """Photos traced, boxes found and false alarms; then blurred, covered, mirrored and turned marks."""
    photos = list(_photos(data))
    crops, tested = _split(photos)
    seer = _Seer(crops)
    fitted = set(sorted({photo.brand for photo in photos})[::2])
    shown = [seer.see(photo, pixels_of(photo.path)) for photo in tested]
    plain = [seer.see(photo, pixels_of(photo.path)) for photo in _plain(data)]
    groups: tuple[tuple[str, Callable[[Outcome], bool]], ...] = (
        ("all brands", lambda _: True),
        ("brands that were fitted on", lambda one: one.photo.brand in fitted),
        ("the other brands", lambda one: one.photo.brand not in fitted),
        ("small marks, under 5% of the picture", lambda one: one.photo.small),
    )
    for name, group in groups:
        some = [one for one in shown if group(one)]
        target = 0.85 if name == "all brands" else None
        yield _figure(f"photos traced by the mark: {name}", some, lambda one: one.traced, target)
    yield _figure("photos traced by the mark or the name", shown, lambda one: one.traced_or_read, 0.85)
    yield _figure("photos traced by the name alone", shown, lambda one: one.photo.brand in one.names)
    for most in REGIONS:
        name = f"among the first {most} regions" if most else "among all regions"
        yield _boxes_found(name, [(one.photo, one.regions[: most or None]) for one in shown])
    own = [(one.photo, one.marks.get(one.photo.brand, np.zeros((0, 4), np.float32))) for one in shown]
    yield _boxes_found("as the brand's", own, 0.75)
    yield from _false(shown, plain, sorted(crops))
    for name, change in EDITS.items():
        yield _figure(
            f"photos traced by the mark: {name}", _edited(seer, shown, change), lambda one: one.traced
        )


class _Seer:
    """Reads and looks as a scan does, and holds what it finds against the crops and the names."""

    def __init__(self, crops: dict[str, list[Pixels]]) -> None:
        self._looker, self._reader = Looker(embedder()), default_reader()
        self._brands = sorted(crops)
        self._judge = Judge([Brand(id=brand, name=CASED.get(brand, brand)) for brand in self._brands])
        self._index = MarkIndex(
            [
                Reference(brand, f"{brand}-{n}", AssetKind.LOGO, self._looker.look(crop))
                for brand in self._brands
                for n, crop in enumerate(crops[brand])
            ]
        )

    def see(self, photo: Photo, pixels: Pixels) -> Outcome:
        reading = _read(self._reader, pixels)
        look = self._looker.look(pixels, reading.lines)
        found = self._index.recognise(look)
        return Outcome(photo, look.regions.boxes, self._places(found), frozenset(self._named(reading)))

    def _places(self, found: Iterable[Found]) -> dict[str, Boxes]:
        places: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
        for one in found:
            for outline in one.places:
                corners = np.array(outline, np.float32)
                places[self._index.marks[one.number].brand].append(
                    np.concatenate([corners.min(0), corners.max(0)])
                )
        return {brand: np.stack(boxes) for brand, boxes in places.items()}

    def _named(self, reading: PictureReading) -> set[str]:
        return {mention.brand for line in reading.lines for mention in self._judge.index.find(line.text)}


def _read(reader: PictureReader, pixels: Pixels) -> PictureReading:
    return reader.read(png(pixels))


def _photos(data: Path) -> Iterator[Photo]:
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


def _plain(data: Path) -> Iterator[Photo]:
    for path in without_logo(data):
        height, width = pixels_of(path).shape[:2]
        yield Photo(path, "", np.zeros((0, 4), np.float32), (width, height))


def _split(photos: list[Photo]) -> tuple[dict[str, list[Pixels]], list[Photo]]:
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


def _figure(
    name: str, outcomes: list[Outcome], right: Callable[[Outcome], bool], target: float | None = None
) -> Figure:
    missed = [f"{one.photo.path.name}: {one.photo.brand}" for one in outcomes if not right(one)]
    return Figure(NAME, name, len(outcomes) - len(missed), len(outcomes), target, misses=tuple(missed))


def _boxes_found(how: str, places: list[tuple[Photo, Boxes]], target: float | None = None) -> Figure:
    hits, total = tally(
        bool((overlaps(box, some) >= 0.5).any()) for photo, some in places for box in photo.boxes
    )
    return Figure(NAME, f"labelled marks in place (IoU 0.5): {how}", hits, total, target)


def _false(shown: list[Outcome], plain: list[Outcome], brands: list[str]) -> Iterator[Figure]:
    def lines(outcomes: list[Outcome]) -> tuple[str, ...]:
        return tuple(f"{one.photo.path.name}: {brand}" for one in outcomes for brand in sorted(one.wrong()))

    for name, some, pairs in (
        ("photos without a mark × brands", plain, len(plain) * len(brands)),
        ("other brands' photos × brands", shown, len(shown) * (len(brands) - 1)),
    ):
        wrong = lines(some)
        yield Figure(NAME, f"{name}: flagged", len(wrong), pairs, 0.01, at_most=True, misses=wrong)
    for name, some in (("photos without a mark", plain), ("photos with a mark", shown)):
        hits = sum(bool(one.wrong()) for one in some)
        yield Figure(NAME, f"{name}: flagged for any wrong brand", hits, len(some), at_most=True)


def _edited(seer: _Seer, shown: list[Outcome], change: Callable[[Pixels, Photo], Pixels]) -> list[Outcome]:
    taken: dict[str, int] = defaultdict(int)
    edited = []
    for one in shown:
        if taken[one.photo.brand] < EDITED:
            taken[one.photo.brand] += 1
            edited.append(seer.see(one.photo, change(pixels_of(one.photo.path), one.photo)))
    return edited


def _blurred(pixels: Pixels, _: Photo) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.006 * max(pixels.shape[:2])))


def _covered(pixels: Pixels, photo: Photo) -> Pixels:
    left, top, right, bottom = (int(side) for side in photo.largest())
    covered = pixels.copy()
    covered[top:bottom, left + (right - left) // 3 : left + 2 * (right - left) // 3] = 128
    return covered


def _turned(degrees: float) -> Callable[[Pixels, Photo], Pixels]:
    def turn(pixels: Pixels, _: Photo) -> Pixels:
        height, width = pixels.shape[:2]
        about = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return np.asarray(cv2.warpAffine(pixels, about, (width, height), borderMode=cv2.BORDER_REFLECT))

    return turn


EDITS: dict[str, Callable[[Pixels, Photo], Pixels]] = {
    "as they are, for comparison": lambda pixels, _: pixels,
    "blurred": _blurred,
    "a patch over a third of the mark": _covered,
    "mirrored": lambda pixels, _: np.ascontiguousarray(pixels[:, ::-1]),
    "turned by 20°": _turned(20),
    "turned by 90°": lambda pixels, _: np.ascontiguousarray(np.rot90(pixels)),
}
