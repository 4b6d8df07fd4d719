"""Pictures with what was found in them boxed and labelled."""

from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from detector.image.decoding import decode
from detector.result import Evidence, Qualification

_AGAINST = (214, 40, 40)
_IN_FAVOUR = (30, 140, 60)
_SMALLEST = 480
"""Pixels of the longer side: a smaller picture is written larger, or its labels would cover it."""


def boxed(data: bytes, found: Iterable[Evidence | Qualification]) -> Image.Image:
    """The picture, upright, with a box and a label for each find that has one. Raises `PictureRefused`."""
    picture = Image.fromarray(decode(data).pixels)
    scale = max(1, -(-_SMALLEST // max(picture.size)))
    picture = picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.LANCZOS)
    size = max(13, round(max(picture.size) / 45))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size)
    width = max(2, size // 6)
    taken: list[tuple[float, float, float, float]] = []
    for item in found:
        if item.box is None:
            continue
        colour = _AGAINST if isinstance(item, Evidence) else _IN_FAVOUR
        corners = [(x * scale, y * scale) for x, y in item.box]
        # White under the colour, so that a box is seen on any ground.
        draw.line([*corners, corners[0], corners[1]], fill="white", width=width + 2, joint="curve")
        draw.line([*corners, corners[0], corners[1]], fill=colour, width=width, joint="curve")
        place = _place(draw.textbbox((0, 0), _label(item), font=font), corners, picture.size, taken)
        draw.rectangle(place, fill=colour)
        draw.text((place[0] + width, place[1]), _label(item), fill="white", font=font)
        taken.append(place)
    return picture


def write_boxed(data: bytes, found: Iterable[Evidence | Qualification], file: Path) -> None:
    """Writes `boxed` as PNG. Raises `PictureRefused`."""
    boxed(data, found).save(file, "PNG")


def _label(item: Evidence | Qualification) -> str:
    mark = item.mark if isinstance(item, Evidence) else None
    # The built-in font is Latin; what it can't write stands in the text that is printed beside the picture.
    named = f": {mark}" if mark and mark.isascii() and mark.isprintable() else ""
    return str(item.kind).replace("_", " ") + named[:40]


def _place(
    text: tuple[float, float, float, float],
    corners: list[tuple[float, float]],
    size: tuple[int, int],
    taken: list[tuple[float, float, float, float]],
) -> tuple[float, float, float, float]:
    """Above the box, or below it where there is no room, and never over another label."""
    width, height = text[2] + 8, text[3] + 4
    left = min(max(min(x for x, _ in corners), 0), max(size[0] - width, 0))
    top = min(y for _, y in corners) - height - 3
    if top < 0:
        top = min(max(y for _, y in corners) + 3, max(size[1] - height, 0))
    while any(
        abs(top - other[1]) < height and left < other[2] and left + width > other[0] for other in taken
    ):
        top += height
    return left, top, left + width, top + height
