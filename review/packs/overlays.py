"""A listing's picture with what was found in it drawn over it."""

from collections.abc import Iterable
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

Corners = Iterable[tuple[float, float]]
_BOX, _TEXT = (179, 34, 26), "white"
_PART = 32
"""A number is as high as this part of the picture's longer side."""


def overlay(preview: bytes, size: tuple[int, int], found: Iterable[tuple[str, Corners]]) -> bytes:
    """A PNG. `preview` is a picture that we drew, `size` the original's, which boxes are given in; each has
    the name that stands at its corner.
    """
    image = Image.open(BytesIO(preview)).convert("RGB")
    across, down = image.width / max(size[0], 1), image.height / max(size[1], 1)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(max(max(image.size) / _PART, 10))
    for name, box in found:
        corners = [(x * across, y * down) for x, y in box]
        draw.line([*corners, corners[0]], fill=_BOX, width=3, joint="curve")
        _, _, wide, high = draw.textbbox((0, 0), name, font)
        left = max(min(*(x for x, _ in corners), image.width - wide - 6), 0)
        top = max(min(y for _, y in corners) - high - 4, 0)
        draw.rectangle((left, top, left + wide + 6, top + high + 4), fill=_BOX)
        draw.text((left + 3, top + 1), name, fill=_TEXT, font=font)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
