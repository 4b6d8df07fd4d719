"""Logos that are but a shape that belongs to nobody, as careless owners upload them."""

from collections.abc import Callable, Mapping
from io import BytesIO
from math import cos, pi, sin

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SIDE = 512
Draw = Callable[[ImageDraw.ImageDraw], object]


def _around(corners: int, inner: float = 0, turn: float = 0) -> list[tuple[float, float]]:
    radii = [200.0, 200 * inner] if inner else [200.0]
    count = corners * len(radii)
    at = [(radii[n % len(radii)], turn - pi / 2 + 2 * pi * n / count) for n in range(count)]
    return [(256 + radius * cos(angle), 256 + radius * sin(angle)) for radius, angle in at]


def _heart(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((60, 90, 266, 296), fill=255)
    pen.ellipse((246, 90, 452, 296), fill=255)
    pen.polygon([(76, 252), (256, 462), (436, 252)], fill=255)


def _cross(pen: ImageDraw.ImageDraw) -> None:
    pen.line([(70, 70), (442, 442)], fill=255, width=80)
    pen.line([(70, 442), (442, 70)], fill=255, width=80)


def _plus(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((206, 56, 306, 456), fill=255)
    pen.rectangle((56, 206, 456, 306), fill=255)


def _arrow(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((60, 216, 300, 296), fill=255)
    pen.polygon([(280, 110), (452, 256), (280, 402)], fill=255)


def _drop(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((136, 200, 376, 440), fill=255)
    pen.polygon([(150, 270), (256, 50), (362, 270)], fill=255)


def _crescent(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((70, 70, 442, 442), fill=255)
    pen.ellipse((180, 40, 500, 400), fill=0)


def _two_circles(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((40, 150, 252, 362), fill=255)
    pen.ellipse((262, 150, 474, 362), fill=255)


def _overlapping(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((50, 130, 302, 382), fill=255)
    pen.ellipse((210, 130, 462, 382), fill=255)


def _target(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((60, 60, 452, 452), outline=255, width=60)
    pen.ellipse((190, 190, 322, 322), fill=255)


def _stripes(pen: ImageDraw.ImageDraw) -> None:
    for top in (80, 220, 360):
        pen.rectangle((60, top, 452, top + 76), fill=255)


def _posts(pen: ImageDraw.ImageDraw) -> None:
    for left in (90, 200, 310, 400):
        pen.rectangle((left, 80, left + 50, 432), fill=255)


def _letter(letter: str) -> Draw:
    return lambda pen: pen.text((256, 256), letter, 255, ImageFont.load_default(400), anchor="mm")


SHAPES: Mapping[str, Draw] = {
    "circle": lambda pen: pen.ellipse((70, 70, 442, 442), fill=255),
    "oval": lambda pen: pen.ellipse((50, 150, 462, 362), fill=255),
    "ring": lambda pen: pen.ellipse((70, 70, 442, 442), outline=255, width=56),
    "thin ring": lambda pen: pen.ellipse((70, 70, 442, 442), outline=255, width=20),
    "square": lambda pen: pen.rectangle((80, 80, 432, 432), fill=255),
    "frame": lambda pen: pen.rectangle((80, 80, 432, 432), outline=255, width=40),
    "rectangle": lambda pen: pen.rectangle((40, 180, 472, 332), fill=255),
    "rounded square": lambda pen: pen.rounded_rectangle((80, 80, 432, 432), 90, fill=255),
    "rounded bar": lambda pen: pen.rounded_rectangle((40, 190, 472, 322), 66, fill=255),
    "triangle": lambda pen: pen.polygon(_around(3), fill=255),
    "triangle that points right": lambda pen: pen.polygon(_around(3, turn=pi / 2), fill=255),
    "tilted triangle": lambda pen: pen.polygon(_around(3, turn=0.35), fill=255),
    "diamond": lambda pen: pen.polygon(_around(4), fill=255),
    "hexagon": lambda pen: pen.polygon(_around(6), fill=255),
    "octagon": lambda pen: pen.polygon(_around(8, turn=pi / 8), fill=255),
    "star": lambda pen: pen.polygon(_around(5, inner=0.4), fill=255),
    "star of six": lambda pen: pen.polygon(_around(6, inner=0.55), fill=255),
    "star of four": lambda pen: pen.polygon(_around(4, inner=0.35), fill=255),
    "heart": _heart,
    "plus": _plus,
    "cross": _cross,
    "tick": lambda pen: pen.line([(70, 280), (200, 410), (442, 110)], fill=255, width=70),
    "arrow": _arrow,
    "chevron": lambda pen: pen.line([(150, 70), (350, 256), (150, 442)], fill=255, width=80),
    "drop": _drop,
    "crescent": _crescent,
    "half circle": lambda pen: pen.pieslice((60, 130, 452, 522), 180, 360, fill=255),
    "two circles": _two_circles,
    "overlapping circles": _overlapping,
    "target": _target,
    "stripes": _stripes,
    "posts": _posts,
    "letter O": _letter("O"),
    "letter U": _letter("U"),
    "letter N": _letter("N"),
    "letter R": _letter("R"),
}


def stencil(shape: str) -> Image.Image:
    """The shape, white on black, greys along its edges."""
    image = Image.new("L", (SIDE, SIDE))
    SHAPES[shape](ImageDraw.Draw(image))
    return image.filter(ImageFilter.GaussianBlur(0.7))


def _sheet(colour: str) -> Image.Image:
    return Image.new("RGB", (SIDE, SIDE), colour)


def _flat(stencil: Image.Image, ink: str, ground: str) -> Image.Image:
    return Image.composite(_sheet(ink), _sheet(ground), stencil)


def _clear(stencil: Image.Image, ink: str) -> Image.Image:
    image = Image.new("RGBA", stencil.size, ink)
    image.putalpha(stencil)
    return image


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _grained(image: Image.Image, much: float) -> Image.Image:
    noise = np.random.default_rng(1).normal(0, much, (image.height, image.width, 3))
    return Image.fromarray((np.asarray(image, float) + noise).clip(0, 255).astype(np.uint8))


def _shaded(stencil: Image.Image, darkest: str, lightest: str, ground: str) -> Image.Image:
    """The ink runs from one colour to the other."""
    ramp = Image.linear_gradient("L").resize(stencil.size)
    ink = Image.composite(_sheet(lightest), _sheet(darkest), ramp)
    return Image.composite(ink, _sheet(ground), stencil)


def _shadowed(stencil: Image.Image, ink: str, ground: str) -> Image.Image:
    shadow = ImageChops.offset(stencil, 14, 18).filter(ImageFilter.GaussianBlur(14)).point(lambda v: v * 0.4)
    under = Image.composite(_sheet("black"), _sheet(ground), shadow)
    return Image.composite(_sheet(ink), under, stencil)


def _lit(stencil: Image.Image, ink: str, ground: str) -> Image.Image:
    """As a camera sees a print: light falls off to one side, and the whole is a little blurred and grainy."""
    image = np.asarray(_flat(stencil, ink, ground), float)
    light = np.linspace(1.05, 0.75, stencil.width)[None, :, None]
    lit = Image.fromarray((image * light).clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(2))
    return _grained(lit, 4)


STYLES: Mapping[str, Callable[[Image.Image], bytes]] = {
    "PNG, transparent": lambda s: _png(_clear(s, "#2255bb")),
    "PNG, transparent, white": lambda s: _png(_clear(s, "white")),
    "PNG, transparent, cut to its edges": lambda s: _png(_clear(s, "#111111").crop(s.getbbox())),
    "PNG, black on white": lambda s: _png(_flat(s, "black", "white")),
    "PNG, white on dark": lambda s: _png(_flat(s, "white", "#1b2a49")),
    "PNG, red on yellow": lambda s: _png(_flat(s, "#c8102e", "#ffd100")),
    "JPEG, black on white": lambda s: _jpeg(_flat(s, "black", "white"), 60),
    "JPEG, white on red": lambda s: _jpeg(_flat(s, "white", "#c8102e"), 70),
    "JPEG, yellow on blue": lambda s: _jpeg(_flat(s, "#ffd100", "#0b3d91"), 50),
    "JPEG, orange on green": lambda s: _jpeg(_flat(s, "#f28c28", "#2e7d32"), 35),
    "JPEG, grey on grey": lambda s: _jpeg(_flat(s, "#8a8a8a", "#c4c4c4"), 60),
    "JPEG, shaded": lambda s: _jpeg(_shaded(s, "#7a0c1e", "#f2a0ac", "#ffffff"), 75),
    "JPEG, shaded on a colour": lambda s: _jpeg(_shaded(s, "#103a6b", "#79b4f2", "#f7e3b0"), 75),
    "JPEG, a soft shadow": lambda s: _jpeg(_shadowed(s, "#e0454b", "#f4f1ea"), 80),
    "JPEG, photographed": lambda s: _jpeg(_lit(s, "#c8102e", "#d9c9a3"), 75),
    "JPEG, photographed, light on dark": lambda s: _jpeg(_lit(s, "#efe9d8", "#3c5a48"), 75),
    "JPEG, small": lambda s: _jpeg(_flat(s, "#c8102e", "#ffe9b0").resize((64, 64)), 75),
    "PNG, tiny": lambda s: _png(_flat(s, "#0b3d91", "white").resize((40, 40))),
    "JPEG, large": lambda s: _jpeg(_flat(s, "#0b3d91", "#f5d76e").resize((2000, 2000)), 85),
}  # fmt: skip
