"""Shapes that belong to nobody: a mark that is hardly more than one of them would be found everywhere."""

from collections.abc import Callable, Iterator
from math import cos, pi, sin

import numpy as np
from PIL import Image, ImageDraw

from detector.image.decoding import Pixels

_SIDE = 256
_INKS = (("black", "white"), ("white", "#22262c"), ("#c33636", "white"))
Points = list[tuple[float, float]]
Draw = Callable[[ImageDraw.ImageDraw, str], None]


def generic_shapes() -> Iterator[tuple[str, Pixels]]:
    """Their names and pictures, each dark on light, light on dark and coloured."""
    for name, draw in _SHAPES.items():
        for ink, ground in _INKS:
            image = Image.new("RGB", (_SIDE, _SIDE), ground)
            draw(ImageDraw.Draw(image), ink)
            yield name, np.asarray(image)


def _regular(corners: int, inner: float = 0, turn: float = 0) -> Points:
    """A polygon in the middle; with `inner`, a share of its radius, a star with notches that deep."""
    radii = [114.0, 114 * inner] if inner else [114.0]
    count = corners * len(radii)
    at = [(radii[n % len(radii)], turn - pi / 2 + 2 * pi * n / count) for n in range(count)]
    return [(_SIDE / 2 + radius * cos(angle), _SIDE / 2 + radius * sin(angle)) for radius, angle in at]


def _heart(pen: ImageDraw.ImageDraw, ink: str) -> None:
    pen.ellipse((24, 40, 134, 150), fill=ink)
    pen.ellipse((122, 40, 232, 150), fill=ink)
    pen.polygon([(32, 122), (128, 236), (224, 122)], fill=ink)


def _plus(pen: ImageDraw.ImageDraw, ink: str) -> None:
    pen.rectangle((100, 18, 156, 238), fill=ink)
    pen.rectangle((18, 100, 238, 156), fill=ink)


def _cross(pen: ImageDraw.ImageDraw, ink: str) -> None:
    pen.line([(30, 30), (226, 226)], fill=ink, width=34)
    pen.line([(30, 226), (226, 30)], fill=ink, width=34)


_SHAPES: dict[str, Draw] = {
    "circle": lambda pen, ink: pen.ellipse((14, 14, 242, 242), fill=ink),
    "ring": lambda pen, ink: pen.ellipse((14, 14, 242, 242), outline=ink, width=30),
    "square": lambda pen, ink: pen.rectangle((14, 14, 242, 242), fill=ink),
    "frame": lambda pen, ink: pen.rectangle((14, 14, 242, 242), outline=ink, width=26),
    "rounded square": lambda pen, ink: pen.rounded_rectangle((14, 14, 242, 242), 50, fill=ink),
    "triangle": lambda pen, ink: pen.polygon(_regular(3), fill=ink),
    "triangle on its tip": lambda pen, ink: pen.polygon(_regular(3, turn=pi), fill=ink),
    "diamond": lambda pen, ink: pen.polygon(_regular(4), fill=ink),
    "hexagon": lambda pen, ink: pen.polygon(_regular(6), fill=ink),
    "star": lambda pen, ink: pen.polygon(_regular(5, inner=0.4), fill=ink),
    "heart": _heart,
    "plus": _plus,
    "cross": _cross,
    "tick": lambda pen, ink: pen.line([(30, 140), (100, 210), (226, 50)], fill=ink, width=34),
    "bar": lambda pen, ink: pen.rectangle((14, 98, 242, 158), fill=ink),
}
