"""Photographs to put marks on: wallpapers of Debian packages and scikit-image's photos, in small copies."""

from pathlib import Path

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
SCENES = ("astronaut", "chelsea", "coffee", "rocket", "brick", "grass", "gravel")


def photos(folder: Path, side: int) -> list[NDArray[np.uint8]]:
    """RGB pictures under the folder, scaled so that the shorter side is at most `side`, by name."""
    files = sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.stat().st_size > 20_000
    )
    loaded = [_small(Image.open(file), side) for file in _one_a_picture(files)]
    return loaded + [_small(Image.fromarray(getattr(skimage.data, scene)()), side) for scene in SCENES]


def _one_a_picture(files: list[Path]) -> list[Path]:
    """Wallpapers come in many sizes: one file a folder of the same picture."""
    kept: dict[str, Path] = {}
    for file in files:
        sized = file.parent.name in ("images", "images_dark")
        kept.setdefault(str(file.parent if sized else file), file)
    return list(kept.values())


def _small(picture: Image.Image, side: int) -> NDArray[np.uint8]:
    picture = picture.convert("RGB")
    scale = min(1.0, side / min(picture.size))
    return np.asarray(
        picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BOX)
    )
