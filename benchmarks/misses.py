"""The pictures that were missed, each with what became of it written below: a figure hides why."""

import re
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from benchmarks.figure import Estimate, Figure

EACH = 24
"""Pictures of one figure, at most."""
_LONGEST = 640
_BAND = 44


def write_misses(figures: Iterable[Figure | Estimate], data: Path, into: Path) -> int:
    """Writes the misses that name a picture (`path: what became of it`), a folder for each figure.

    Paths are taken from `data`. Gives how many were written.
    """
    written = 0
    for figure in figures:
        folder = into / figure.part / re.sub(r"[^\w]+", "-", figure.name).strip("-")[:80]
        for number, miss in enumerate(figure.misses[:EACH]):
            path, _, said = miss.partition(": ")
            file = data / path
            if file.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"} and file.is_file():
                folder.mkdir(parents=True, exist_ok=True)
                captioned(file, said).save(folder / f"{number:02}-{file.stem}.jpg", quality=88)
                written += 1
    return written


def captioned(file: Path, said: str) -> Image.Image:
    """The picture with its name and what became of it written below."""
    with Image.open(file) as picture:
        shown = ImageOps.contain(picture.convert("RGB"), (_LONGEST, _LONGEST))
    sheet = Image.new("RGB", (max(shown.width, _LONGEST), shown.height + _BAND), "white")
    sheet.paste(shown, (0, 0))
    text = f"{file.name}\n{said}".encode("ascii", "replace").decode()
    ImageDraw.Draw(sheet).multiline_text((6, shown.height + 4), text, "black", ImageFont.load_default(15))
    return sheet
