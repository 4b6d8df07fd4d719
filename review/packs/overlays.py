"""A listing's picture with what was found in it drawn over it."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

_BOX = (214, 40, 40)


def overlay(preview: bytes, size: tuple[int, int], found: Sequence[Mapping[str, Any]]) -> bytes:
    """A PNG. `preview` is a picture that we drew, `size` the original's, which boxes are given in."""
    image = Image.open(BytesIO(preview)).convert("RGB")
    across, down = image.width / max(size[0], 1), image.height / max(size[1], 1)
    draw = ImageDraw.Draw(image)
    for one in found:
        corners = [(x * across, y * down) for x, y in one["box"]]
        draw.line([*corners, corners[0]], fill=_BOX, width=3, joint="curve")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
