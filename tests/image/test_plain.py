from contextlib import suppress
from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from detector.errors import PictureRefused
from detector.image.assets import looks_of, prepared
from detector.image.plain import generic_shape
from detector.sighting import AssetKind
from tests.plain_shapes import SHAPES, STYLES, stencil

MARKS = ("posts", "target", "letter U", "letter N", "letter R")
NAMES = {
    "circle": "circle", "oval": "oval", "ring": "ring", "thin ring": "ring", "square": "square",
    "frame": "frame", "rectangle": "rectangle", "rounded square": "rounded square",
    "rounded bar": "rounded bar", "tilted triangle": "triangle", "diamond": "diamond", "hexagon": "hexagon",
    "star": "star", "heart": "heart", "plus": "cross", "cross": "cross", "tick": "tick", "arrow": "arrow",
    "chevron": "chevron", "drop": "drop", "crescent": "crescent", "half circle": "half circle",
    "two circles": "pair of circles", "stripes": "row of stripes",
    "letter O": "ring",
}  # fmt: skip
FEW = ("PNG, white on dark", "JPEG, orange on green")


def said_of(shape: str, style: str) -> set[str | None]:
    return {generic_shape(pixels) for pixels in prepared(STYLES[style](stencil(shape)), AssetKind.LOGO)}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("shape", ["circle", "star"])
def test_no_colour_ground_light_size_or_format_hides_a_plain_shape(shape: str, style: str) -> None:
    assert said_of(shape, style) == {shape}


@pytest.mark.parametrize(("shape", "style"), list(product(NAMES, FEW)))
def test_shapes_that_belong_to_nobody_are_called_by_their_names(shape: str, style: str) -> None:
    assert said_of(shape, style) == {NAMES[shape]}


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_else_is_taken_for_one(shape: str) -> None:
    name = said_of(shape, "JPEG, yellow on blue")
    assert (name == {None}) is (shape in MARKS)


@pytest.mark.slow
def test_hardly_a_way_to_hand_one_in_hides_it() -> None:
    ways = list(product([shape for shape in SHAPES if shape not in MARKS], STYLES))

    def passes(shape: str, style: str) -> bool:
        with suppress(PictureRefused):  # as too small
            return None in said_of(shape, style)
        return False

    passed = [way for way in ways[::9] if passes(*way)]
    assert len(passed) <= 2, passed  # of all 556 ways 14 pass (docs/decisions/plain-marks.md)


def red(shape: str) -> Image.Image:
    image = Image.new("RGB", (512, 512), "white")
    image.paste((200, 40, 60), mask=stencil(shape))
    return image


@pytest.mark.parametrize("shape", ["circle", "square", "heart", "ring", "hexagon"])
def test_what_has_more_to_tell_it_apart_is_a_mark(shape: str) -> None:
    bitten, lettered = red(shape), red(shape)
    ImageDraw.Draw(bitten).ellipse((330, 60, 520, 250), fill="white")
    assert generic_shape(np.asarray(bitten)) is None
    face = ImageFont.load_default(60)
    ImageDraw.Draw(lettered).text((256, 480), "ACME", "black", face, anchor="mm")
    assert generic_shape(np.asarray(lettered)) is None


def test_a_faint_drawing_within_is_seen() -> None:
    faint, face = red("circle"), ImageFont.load_default(200)
    ImageDraw.Draw(faint).text((256, 256), "Rk", (235, 80, 100), face, anchor="mm")
    assert generic_shape(np.asarray(faint)) is None


@pytest.mark.parametrize("darker", [16, 30])
def test_a_faint_mark_is_no_square(darker: int) -> None:
    faint, face = Image.new("RGB", (300, 300), (200, 200, 200)), ImageFont.load_default(200)
    pen, ink = ImageDraw.Draw(faint), (200 - darker,) * 3
    pen.ellipse((20, 20, 280, 280), outline=ink, width=12)
    pen.text((150, 150), "Rk", ink, face, anchor="mm")
    assert generic_shape(np.asarray(faint)) is None


def test_a_square_that_leaves_no_ground_is_plain() -> None:
    square = Image.new("RGB", (200, 100), "navy")
    ImageDraw.Draw(square).rectangle((0, 0, 199, 99), outline="#8080c0")
    assert generic_shape(np.asarray(square)) == "rectangle"


@pytest.mark.parametrize("size", [(24, 24), (24, 400), (400, 24)])
def test_noise_is_no_shape(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    assert generic_shape(noise) is None


def test_a_plain_shape_is_refused_before_it_is_read() -> None:
    data = STYLES["JPEG, orange on green"](stencil("arrow"))
    with pytest.raises(PictureRefused, match="hardly more than an arrow, which would be found everywhere"):
        list(looks_of(data, AssetKind.LOGO, lambda _: pytest.fail("it was read")))
