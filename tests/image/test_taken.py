from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from detector.image.assets import prepared
from detector.image.looking import glance
from detector.image.taken import taken
from detector.image.thumbnails import thumbnail
from detector.sighting import AssetKind, Reference

LOGO, IMAGE, PRODUCT = AssetKind
Change = Callable[[Image.Image], Image.Image]


def mark(seed: int, ink: str = "black", ground: str = "white") -> Image.Image:
    """Bars and discs on a grid, so that two of them share no more than real marks do."""
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", (300, 300), ground)
    pen = ImageDraw.Draw(image)
    for place in chance.permutation(16)[:7]:
        x, y = 40 + 55 * int(place % 4), 40 + 55 * int(place // 4)
        draw = pen.ellipse if chance.random() < 0.5 else pen.rectangle
        draw((x, y, x + 54, y + 54), fill=ink)
    return image


def photo(seed: int) -> Image.Image:
    chance = np.random.default_rng(seed)
    image = Image.fromarray(chance.integers(0, 256, (6, 8, 3), dtype=np.uint8)).resize((400, 300))
    pen = ImageDraw.Draw(image)
    for _ in range(50):
        x, y = (int(v) for v in chance.integers(0, 300, 2))
        pen.rectangle((x, y, x + 20, y + 14), fill=tuple(int(v) for v in chance.integers(0, 256, 3)))
    return image


def reference(
    brand: str, image: Image.Image, kind: AssetKind = LOGO, form: str = "PNG", **how: int
) -> Reference:
    out = BytesIO()
    image.save(out, form, **how)
    pixels = prepared(out.getvalue(), kind)[0]
    if kind is LOGO:  # a mark is told by its thumbnail: its points would only take time
        pixels = thumbnail(pixels)
    return Reference(brand, "a.png", kind, glance(pixels))


def strangers(brand: str, other: str) -> bool:
    return False


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image,
        lambda image: image.resize((90, 90), Image.Resampling.LANCZOS),
        lambda image: image.resize((900, 900)),
        lambda image: image.resize((330, 300)),
        lambda image: ImageOps.expand(image, (90, 10, 200, 60), "white"),
        lambda image: image.filter(ImageFilter.GaussianBlur(2)),
        ImageOps.invert,
        lambda image: ImageOps.colorize(image.convert("L"), "#c02020", "white"),
        lambda image: ImageOps.colorize(image.convert("L"), "white", "#204080"),
    ],
)
def test_another_brands_mark_is_taken_however_it_is_saved(change: Change) -> None:
    first, again = reference("acme", mark(1)), reference("beta", change(mark(1)), form="JPEG", quality=40)
    assert taken([first, reference("beta", mark(2)), again], strangers) == {2: 0}


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image,
        lambda image: image.resize((200, 150)),
        lambda image: ImageOps.expand(image, (30, 10, 60, 40), "white"),
        lambda image: image.crop((8, 6, 396, 298)),
    ],
)
def test_another_brands_picture_is_taken(change: Change) -> None:
    first, other = reference("acme", photo(1), IMAGE), reference("beta", photo(2), PRODUCT)
    again = reference("beta", change(photo(1)), PRODUCT, "JPEG", quality=60)
    assert taken([first, other, again], strangers) == {2: 0}


@pytest.mark.parametrize(
    ("references", "found"),
    [
        ([], set()),
        ([("acme", 1, LOGO)], set()),
        ([("acme", 1, LOGO), ("acme", 1, LOGO)], set()),
        ([("acme", 1, LOGO), ("beta", 2, LOGO), ("gamma", 3, LOGO)], set()),
        ([("acme", 1, LOGO), ("beta", 1, IMAGE)], set()),
        ([("acme", 1, LOGO), ("acme men", 1, LOGO)], set()),
        ([("acme", 1, LOGO), ("acme men", 1, LOGO), ("beta", 1, LOGO)], {2}),
        ([("beta", 1, LOGO), ("acme", 1, LOGO), ("acme men", 1, LOGO)], {1, 2}),
        ([("acme", 1, LOGO), ("beta", 1, LOGO), ("beta", 1, LOGO), ("beta", 2, LOGO)], {1, 2}),
    ],
)
def test_the_first_keeps_it_and_brands_of_one_house_share(
    references: list[tuple[str, int, AssetKind]], found: set[int]
) -> None:
    given = [reference(brand, mark(seed), kind) for brand, seed, kind in references]
    assert set(taken(given, lambda one, other: one in other or other in one)) == found


def test_marks_of_one_outline_but_other_proportions_are_two() -> None:
    wide = mark(1).resize((500, 300))
    assert taken([reference("acme", mark(1)), reference("beta", wide)], strangers) == {}
