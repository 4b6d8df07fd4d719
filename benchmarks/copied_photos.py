"""Photos of the data that copies are measured on: those registered, those edited, and what each shows."""

import csv
from collections.abc import Iterator
from functools import cache
from hashlib import md5
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.edits import scaled
from benchmarks.photos import pixels_of
from detector.image.decoding import Pixels

FOLDERS = {
    "listings/images": 24,
    "scene_text/images": 10,
    "logos/images": 14,
    "packaging/photos": 8,
}
"""Where pictures are, and how many of each are edited."""
BOXES, PACKAGES = "logos/boxes.csv", "packaging/photos.csv"
PHOTOS = (*FOLDERS, BOXES, PACKAGES)

REGISTERED = 0.35  # of the pictures
LARGEST = 800  # pixels a side
TWICE = 6.0  # grey levels: pictures that differ by less on average are one


@cache
def pixels_at(path: Path) -> Pixels:
    """A photo as it is, or scaled down to 800 pixels."""
    whole = pixels_of(path)
    scale = LARGEST / max(whole.shape[:2])
    return whole if scale >= 1 else scaled(whole, *(round(side * scale) for side in whole.shape[1::-1]))


def distinct(data: Path) -> Iterator[Path]:
    """The pictures of this half, each once though it may occur twice."""
    seen: list[NDArray[np.int16]] = []
    for folder in FOLDERS:
        for path in sorted((data / folder).iterdir()):
            if md5(path.name.encode(), usedforsecurity=False).digest()[0] % 2 == 0:
                continue
            small = cv2.resize(pixels_at(path), (48, 48), interpolation=cv2.INTER_AREA).astype(np.int16)
            if not seen or np.abs(np.stack(seen) - small).mean(axis=(1, 2, 3)).min() >= TWICE:
                seen.append(small)
                yield path


def split(pictures: list[Path]) -> tuple[list[Path], list[Path]]:
    """Those registered, and the strangers."""
    shuffled = Random(7).sample(pictures, len(pictures))
    count = round(len(pictures) * REGISTERED)
    return shuffled[:count], shuffled[count:]


def edited(registered: list[Path]) -> list[Path]:
    return [
        path
        for folder, count in FOLDERS.items()
        for path in [path for path in registered if str(path.parent).endswith(folder)][:count]
    ]


def kin_of(data: Path, pictures: list[Path]) -> dict[str, set[str]]:
    """What each picture is known to show: packages and marks."""
    shown: dict[str, set[str]] = {str(path): set() for path in pictures}
    for file, folder, column in (
        (BOXES, "logos/images", "brand"),
        (PACKAGES, "packaging/photos", "product"),
    ):
        with (data / file).open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                name = str(data / folder / row["image"])
                if name in shown:
                    shown[name].add(row[column])
    return shown
