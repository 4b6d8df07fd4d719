"""Marks that were hidden: labelled marks of real photos, pixelated or blurred, and products whose front is
covered.

Half of the photos, by the hash of their names, served to fit the constants; these are the other half. Patches
of blocks are made over the labelled boxes, of blocks between a fourth and a ninth of the shorter side, saved
as JPEG of quality 70 to 94; blurs as benchmarks/blurs.py says, beside a lens's blur in the same photos. They
are measured beside all the photos as they are. For covers a product is recognised in a photo by its studio
picture; over a part of its front a sticker is laid or a scribble drawn. That part stands for the mark, which
isn't labelled: the fifth of the studio picture with most points.
"""

import csv
from collections.abc import Callable, Iterator
from hashlib import md5
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from benchmarks.blurs import Box, background_unfocused, mark_unfocused, smeared
from benchmarks.edits import jpeg
from benchmarks.figure import Figure
from benchmarks.photos import pixels_of
from detector.appearance import Appearance
from detector.image.blurred import blurred
from detector.image.decoding import Pixels
from detector.image.geometry import Alignment, align
from detector.image.looking import glance
from detector.image.obscured import covered, pixelated

NAME = "obscured"
BOXES, PACKAGES, STUDIO = "logos/boxes.csv", "packaging/photos.csv", "packaging/reference"
NEEDS = (BOXES, PACKAGES, STUDIO)

FOLDERS = ("logos/images", "scene_text/images", "listings/images", "packaging/photos")
SMALLEST = 24  # pixels a side of a mark
LARGEST = 0.35  # of the photo
EACH = 4  # of so many photos of products one is covered
SURE, RECOGNISED = 12.0, 4.0  # rarity of the alignment that a cover is laid by, and that it is looked for by
LARGE_PHOTO = 1000


def measure(data: Path) -> Iterator[Figure]:
    """Marks pixelated and found; untouched photos with such a find; covers found, and fronts that are bare
    and taken for covered."""
    hidden = list(_pixelated(data))
    missed = tuple(f"{photo}: pixelated at {box}" for photo, box, found in hidden if not found)
    yield Figure(NAME, "marks pixelated", len(hidden) - len(missed), len(hidden), misses=missed)
    photos = [
        path
        for folder in FOLDERS
        for path in sorted((data / folder).iterdir())
        if reported(path) and path.suffix.lower() in (".jpg", ".jpeg", ".png")
    ]
    false = tuple(f"{path}: untouched" for path in photos if pixelated(fitting(pixels_of(path))))
    yield Figure(
        NAME, "untouched photos taken for pixelated", len(false), len(photos), 0.02, True, misses=false
    )
    blurs = list(_blurred(data))
    missed = tuple(f"{photo}: blurred at {box}" for photo, box, found, *_ in blurs if not found)
    yield Figure(NAME, "marks blurred", len(blurs) - len(missed), len(blurs), misses=missed)
    false = tuple(f"{path}: untouched" for path in photos if blurred(fitting(pixels_of(path))))
    yield Figure(
        NAME, "untouched photos taken for blurred", len(false), len(photos), 0.02, True, misses=false
    )
    for number, what in ((3, "backgrounds out of focus"), (4, "marks out of focus")):
        false = tuple(f"{each[0]}: {what}" for each in blurs if each[number])
        yield Figure(
            NAME, f"{what} taken for blurred on purpose", len(false), len(blurs), 0.02, True, misses=false
        )
    fronts = list(_fronts(data))
    for how in ("a sticker", "a scribble"):
        missed = tuple(f"{path}: {how}" for path, _, found in fronts if not found[how])
        yield Figure(NAME, f"fronts covered by {how}", len(fronts) - len(missed), len(fronts), misses=missed)
    false = tuple(f"{path}: bare" for path, bare, _ in fronts if bare)
    yield Figure(NAME, "bare fronts taken for covered", len(false), len(fronts), 0.02, True, misses=false)


def reported(path: Path) -> bool:
    return md5(path.name.encode(), usedforsecurity=False).digest()[0] % 2 == 1


def fitting(pixels: Pixels) -> Pixels:
    longest = max(pixels.shape[:2])
    return pixels if longest <= LARGE_PHOTO else _resized(pixels, LARGE_PHOTO / longest)


def _resized(pixels: Pixels, scale: float) -> Pixels:
    size = [round(side * scale) for side in pixels.shape[1::-1]]
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _pixelated(data: Path) -> Iterator[tuple[Path, Box, bool]]:
    """One mark of each photo that has any large enough."""
    for photo, pixels, large in marks_of(data, reported):
        dice = np.random.default_rng(seed_of(photo))
        box = large[int(dice.integers(len(large)))]
        edited = jpeg(coarsened(pixels, box, dice), int(dice.integers(70, 95)))
        yield photo, box, any(_overlap(found.box, box) for found in pixelated(edited))


def _blurred(data: Path) -> Iterator[tuple[Path, Box, bool, bool, bool]]:
    """One mark of each photo that has any large enough: whether it is found blurred, and whether anything is
    with all but it out of focus, and with it and what is around it."""
    for photo, pixels, large in marks_of(data, reported):
        dice = np.random.default_rng(seed_of(photo))
        box = large[int(dice.integers(len(large)))]
        hidden = any(_overlap(found.box, box) for found in blurred(smeared(pixels, box, dice)))
        background = bool(blurred(background_unfocused(pixels, box, dice)))
        yield photo, box, hidden, background, bool(blurred(mark_unfocused(pixels, box, dice)))


def marks_of(data: Path, chosen: Callable[[Path], bool]) -> Iterator[tuple[Path, Pixels, list[Box]]]:
    """The chosen photos that have a labelled mark large enough to hide, with those marks."""
    marks: dict[Path, list[Box]] = {}
    with (data / BOXES).open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            x1, y1, x2, y2 = (int(float(row[side])) for side in ("x1", "y1", "x2", "y2"))
            marks.setdefault(data / "logos/images" / row["image"], []).append((x1, y1, x2, y2))
    for photo, boxes in sorted(marks.items()):
        if not chosen(photo):
            continue
        pixels = pixels_of(photo)
        area = pixels.shape[0] * pixels.shape[1]
        large = [
            (x1, y1, x2, y2)
            for x1, y1, x2, y2 in boxes
            if min(x2 - x1, y2 - y1) >= SMALLEST and (x2 - x1) * (y2 - y1) < LARGEST * area
        ]
        if large:
            yield photo, pixels, large


def seed_of(path: Path) -> int:
    return int.from_bytes(md5(path.name.encode(), usedforsecurity=False).digest()[:4], "big")


def coarsened(pixels: Pixels, box: Box, dice: Generator) -> Pixels:
    """The picture with a box of it in blocks."""
    left, top, right, bottom = box
    block = max(4, round(min(right - left, bottom - top) / dice.uniform(3.5, 9)))
    across, down = -(-(right - left) // block), -(-(bottom - top) // block)
    part = pixels[top:bottom, left:right]
    padded = np.pad(
        part,
        ((0, down * block - part.shape[0]), (0, across * block - part.shape[1]), (0, 0)),
        mode="edge",
    )
    blocks = cv2.resize(padded, (across, down), interpolation=cv2.INTER_AREA)
    out = pixels.copy()
    out[top:bottom, left:right] = np.kron(blocks, np.ones((block, block, 1), np.uint8))[
        : part.shape[0], : part.shape[1]
    ]
    return out


def _overlap(found: tuple[tuple[float, float], ...], box: Box) -> bool:
    """Whether the patch lies on the box: a tenth of their union is common."""
    (x1, y1), _, (x2, y2), _ = found
    common = max(0.0, min(x2, box[2]) - max(x1, box[0])) * max(0.0, min(y2, box[3]) - max(y1, box[1]))
    union = (x2 - x1) * (y2 - y1) + (box[2] - box[0]) * (box[3] - box[1]) - common
    return common >= 0.1 * union


def _fronts(data: Path) -> Iterator[tuple[Path, bool, dict[str, bool]]]:
    """Photos in which the product was recognised: whether its bare front is taken for covered, and whether
    each cover is found."""
    studio = {path.stem: pixels_of(path) for path in sorted((data / STUDIO).iterdir())}
    looks = {name: glance(pixels) for name, pixels in studio.items()}
    with (data / PACKAGES).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if reported(Path(row["image"]))]
    for row in rows[::EACH]:
        product, path = row["product"], data / "packaging/photos" / row["image"]
        own, pixels = looks[product], pixels_of(path)
        place = align(own, glance(pixels))
        if place is None or place.rarity < SURE:
            continue
        mark = _busiest(own)
        dice = np.random.default_rng(seed_of(path))
        found = {
            how: _taken(own, laid, mark)
            for how, laid in (
                ("a sticker", _sticker(pixels, place, mark, dice)),
                ("a scribble", _scribble(pixels, place, mark, dice)),
            )
        }
        yield path, _taken(own, pixels, mark), found


def _taken(own: Appearance, pixels: Pixels, mark: tuple[float, ...]) -> bool:
    seen = glance(pixels)
    place = align(own, seen)
    if place is None or place.rarity < RECOGNISED:
        return False
    return covered(own, seen, place, mark) is not None


def _busiest(own: Appearance) -> tuple[float, ...]:
    """The part of the reference, 45% of each side, with most points, off its edges."""
    wide, high = own.width * 0.45, own.height * 0.45
    x, y = own.features.places[:, 0], own.features.places[:, 1]
    _, left, top = max(
        (int(((x >= a) & (x <= a + wide) & (y >= b) & (y <= b + high)).sum()), a, b)
        for a in np.linspace(0.1 * own.width, 0.45 * own.width, 5)
        for b in np.linspace(0.1 * own.height, 0.45 * own.height, 5)
    )
    return left, top, left + wide, top + high


def _outline(place: Alignment, mark: tuple[float, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    left, top, right, bottom = mark
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    moved = corners @ place.transform[:, :2].T + place.transform[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:])


def _sticker(pixels: Pixels, place: Alignment, mark: tuple[float, ...], dice: Generator) -> Pixels:
    out = pixels.copy()
    colour = tuple(int(c) for c in dice.integers(0, 256, 3))
    cv2.fillPoly(out, [_outline(place, mark).round().astype(np.int32)], colour, cv2.LINE_AA)
    return jpeg(out, 85)


def _scribble(pixels: Pixels, place: Alignment, mark: tuple[float, ...], dice: Generator) -> Pixels:
    """A thick pen drawn to and fro."""
    out = pixels.copy()
    a, b, c, d = _outline(place, mark)
    strokes = 9
    ends = [
        (a + (d - a) * t if n % 2 else b + (c - b) * t) + dice.normal(0, 2, 2)
        for n, t in enumerate(np.linspace(0, 1, strokes))
    ]
    thick = max(2, round(float(np.hypot(*(d - a))) / strokes * 0.7))
    ink = tuple(int(c) for c in dice.integers(0, 80, 3))
    cv2.polylines(out, [np.array(ends).round().astype(np.int32)], False, ink, thick, cv2.LINE_AA)
    return jpeg(out, 85)
