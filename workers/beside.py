"""A brand's reference beside the picture it was recognised in, points that agree joined by lines."""

from pathlib import Path

from PIL import Image, ImageDraw

from detector.image.assets import prepared
from detector.image.decoding import Pixels, decode
from detector.sighting import Sighting

_TALL = 480
_GAP = 24
_LINE = (40, 120, 220)
_BOX = (214, 40, 40)


def beside(reference: bytes, picture: bytes, sighting: Sighting) -> Image.Image:
    """Reference on the left, picture on the right, each 480 pixels high. Raises `PictureRefused`."""
    left, by_left = _scaled(prepared(reference, sighting.reference.kind)[0])
    right, by_right = _scaled(decode(picture).pixels)
    sheet = Image.new("RGB", (left.width + _GAP + right.width, _TALL), "white")
    sheet.paste(left, (0, 0))
    sheet.paste(right, (left.width + _GAP, 0))
    draw = ImageDraw.Draw(sheet)
    offset = left.width + _GAP
    for x, y, to_x, to_y in sighting.pairs:
        here, there = (x * by_left, y * by_left), (to_x * by_right + offset, to_y * by_right)
        draw.line([here, there], fill=_LINE, width=1)
        for at in (here, there):
            draw.ellipse((at[0] - 3, at[1] - 3, at[0] + 3, at[1] + 3), outline=_LINE, width=2)
    corners = [(x * by_right + offset, y * by_right) for x, y in sighting.box]
    draw.line([*corners, corners[0]], fill=_BOX, width=3, joint="curve")
    return sheet


def write_beside(reference: bytes, picture: bytes, sighting: Sighting, file: Path) -> None:
    """Writes `beside` as PNG. Raises `PictureRefused`."""
    beside(reference, picture, sighting).save(file, "PNG")


def _scaled(pixels: Pixels) -> tuple[Image.Image, float]:
    image = Image.fromarray(pixels)
    scale = _TALL / image.height
    size = max(1, min(round(image.width * scale), 3 * _TALL)), _TALL
    return image.resize(size, Image.Resampling.LANCZOS), scale
