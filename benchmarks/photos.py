"""The data's photos that hidden text is measured on."""

import csv
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from detector.brand import Brand
from detector.image.decoding import Pixels, decode

NO_LOGO = "logos/no_logo.csv"
WORDS = "scene_text/words.csv"


def without_logo(data: Path) -> list[Path]:
    """Photos without any of the brands that the logo data knows; what else stands on them nobody labelled."""
    with (data / NO_LOGO).open(encoding="utf-8", newline="") as file:
        return [data / "logos" / "images" / row["image"] for row in csv.DictReader(file)]


@cache
def words(data: Path) -> dict[Path, list[str]]:
    """The words that were labelled on each photo with text."""
    found: dict[Path, list[str]] = {}
    with (data / WORDS).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(data / "scene_text" / "images" / row["image"], []).append(row["text"])
    return found


def named(data: Path, brands: list[Brand]) -> dict[Path, dict[str, str]]:
    """The labelled words that are a registered name, letter for letter but for their case, and have at least
    three letters: photo to brand id to word. Photos without any are there too.
    """
    ids = {name.casefold(): brand.id for brand in brands for name in brand.names()}
    return {
        photo: {
            ids[word.casefold()]: word
            for word in on_it
            if word.casefold() in ids and sum(c.isalpha() for c in word) >= 3
        }
        for photo, on_it in words(data).items()
    }


def pixels_of(photo: Path) -> Pixels:
    return decode(photo.read_bytes()).pixels


def png(pixels: Pixels) -> bytes:
    """Lossless, so that what was drawn is what is read."""
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
