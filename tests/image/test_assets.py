from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw

from detector.errors import PictureRefused
from detector.image.assets import MOST_LINES, SHORTEST_SIDE, in_reverse, prepared, refuse_pages
from detector.image.decoding import Pixels
from detector.reading import TextLine
from detector.sighting import AssetKind

BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))


def encoded(image: Image.Image, form: str = "PNG", **more: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def mark(
    size: tuple[int, int] = (200, 200), mode: str = "RGB", ground: object = "white", ink: object = "navy"
):
    image = Image.new(mode, size, ground)
    width, height = size
    ImageDraw.Draw(image).ellipse((width * 0.4, height * 0.4, width * 0.6, height * 0.6), fill=ink)
    return image


def corner_and_middle(pixels: Pixels) -> tuple[list[int], list[int]]:
    middle = pixels[pixels.shape[0] // 2, pixels.shape[1] // 2]
    return pixels[0, 0].tolist(), middle.tolist()


@pytest.mark.parametrize("kind", [AssetKind.IMAGE, AssetKind.PRODUCT])
def test_pictures_are_compared_whole(kind: AssetKind) -> None:
    (pixels,) = prepared(encoded(mark()), kind)
    assert pixels.shape == (200, 200, 3)


def test_empty_margins_of_a_mark_are_cut_away() -> None:
    (pixels,) = prepared(encoded(mark()), AssetKind.LOGO)
    assert 40 <= pixels.shape[0] <= 50
    assert 40 <= pixels.shape[1] <= 50


def test_a_pale_mark_on_nothing_is_seen_on_a_dark_ground() -> None:
    pale = mark(mode="RGBA", ground=(0, 0, 0, 0), ink="white")
    (pixels,) = prepared(encoded(pale), AssetKind.LOGO)
    assert corner_and_middle(pixels) == ([0, 0, 0], [255, 255, 255])
    reverse = in_reverse(pixels, ())
    assert reverse is not None
    assert corner_and_middle(reverse) == ([255, 255, 255], [0, 0, 0])


def shaded() -> Image.Image:
    image = mark(size=(100, 100), ink="white")
    image.paste(Image.linear_gradient("L").resize((60, 60)), (20, 20))
    return image


def two_inks() -> Image.Image:
    image = mark()
    ImageDraw.Draw(image).ellipse((90, 90, 110, 110), fill="red")
    return image


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_mark_of_one_ink_is_also_met_in_reverse(form: str) -> None:
    (pixels,) = prepared(encoded(mark(ink=(200, 30, 30)), form), AssetKind.LOGO)
    reverse = in_reverse(pixels, ())
    assert reverse is not None
    assert pixels.shape == reverse.shape
    near = [abs(a - b) for a, b in zip(reverse[0, 0].tolist(), (200, 30, 30), strict=True)]
    assert max(near) < 12
    assert min(corner_and_middle(reverse)[1]) > 243


@pytest.mark.parametrize("several", [shaded(), two_inks()])
def test_a_mark_of_several_inks_or_shades_has_no_reverse(several: Image.Image) -> None:
    (pixels,) = prepared(encoded(several), AssetKind.LOGO)
    assert in_reverse(pixels, ()) is None


def test_a_mark_with_letters_has_no_reverse() -> None:
    (pixels,) = prepared(encoded(mark()), AssetKind.LOGO)
    assert in_reverse(pixels, (TextLine("ACME", 0.9, BOX),)) is None


def test_an_svg_is_drawn() -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'
    (pixels,) = prepared(drawing, AssetKind.LOGO)
    assert pixels.shape[0] > 300


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (encoded(Image.new("RGB", (200, 200), "white")), "all one colour"),
        (encoded(Image.new("RGBA", (200, 200), (0, 0, 0, 0))), "all one colour"),
        (encoded(mark(ground=(200, 200, 200), ink=(204, 204, 204))), "all one colour"),
        (encoded(Image.new("RGB", (1, 1))), f"1 x 1 pixels; it needs {SHORTEST_SIDE}"),
        (encoded(mark((1200, 50))), "longer than 20:1"),
        (encoded(mark(), "GIF", save_all=True, append_images=[mark(ink="red")] * 3), "animated"),
        (encoded(mark(), "WEBP", save_all=True, append_images=[mark(ink="red")]), "animated"),
        (encoded(mark())[:100], "broken"),
        (b"<!doctype html><p>404</p>", "web page"),
        (b"%PDF-1.7", "a PDF, which is not read; send one of JPEG, PNG, WebP, GIF, AVIF, HEIC, SVG$"),
        (b"", "empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "<script>"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>', "all one colour"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", list(AssetKind))
def test_what_would_tell_nothing_is_refused(data: bytes, says: str, kind: AssetKind) -> None:
    with pytest.raises(PictureRefused, match=says):
        prepared(data, kind)


def test_a_mark_that_is_a_page_is_refused_and_a_package_may_say_much() -> None:
    lines = tuple(
        TextLine(f"line {n}", 0.9, tuple((x, y + 10.0 * n) for x, y in BOX)) for n in range(MOST_LINES + 1)
    )
    with pytest.raises(PictureRefused, match="13 lines of text"):
        refuse_pages(lines)
    refuse_pages(lines[1:])


def test_many_readings_of_one_curved_word_are_no_page() -> None:
    refuse_pages(tuple(TextLine(f"reading {n}", 0.9, BOX) for n in range(40)))


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_a_picture(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (80, 90, 3), dtype=np.uint8)
    (pixels,) = prepared(encoded(Image.fromarray(noise)), AssetKind.LOGO)
    assert np.array_equal(pixels, noise)
