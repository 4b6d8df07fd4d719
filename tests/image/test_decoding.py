"""Pictures from outside, hostile ones included."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from detector.errors import PictureRefused
from detector.image.decoding import DecodingLimits, decode
from tests import hostile

CORPUS = hostile.corpus()


@pytest.mark.parametrize("name", CORPUS)
def test_reads_or_refuses_with_one_sentence(name: str) -> None:
    data, expected = CORPUS[name]
    if expected == hostile.READ:
        pixels = decode(data).pixels
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 3
        assert pixels.shape[2] == 3
        return
    with pytest.raises(PictureRefused) as refusal:
        decode(data)
    assert expected in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 250


def test_the_corpus_is_written_as_it_says(tmp_path: Path) -> None:
    expected = hostile.write_corpus(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(expected)


@pytest.mark.parametrize(
    ("format_", "options"),
    [("JPEG", {"quality": 95}), ("PNG", {}), ("WEBP", {"lossless": True}), ("AVIF", {"quality": 95})],
)
def test_keeps_the_colours(format_: str, options: dict[str, object]) -> None:
    picture = Image.new("RGB", (64, 48), (200, 40, 90))
    pixels = decode(hostile.encoded(picture, format_, **options)).pixels
    assert pixels.shape == (48, 64, 3)
    assert np.abs(pixels.astype(int) - (200, 40, 90)).max() <= 4


@pytest.mark.parametrize(("orientation", "corner"), [(1, (0, 0)), (3, (-1, -1)), (6, (0, -1)), (8, (-1, 0))])
def test_turns_as_exif_says(orientation: int, corner: tuple[int, int]) -> None:
    picture = Image.new("RGB", (64, 32), "white")
    picture.paste("black", (0, 0, 16, 16))
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = decode(hostile.encoded(picture, "JPEG", exif=exif, quality=95)).pixels
    assert pixels.shape[:2] == ((32, 64) if orientation in (1, 3) else (64, 32))
    assert pixels[corner].max() < 40


def test_inverts_no_cmyk() -> None:
    picture = Image.new("CMYK", (32, 32), (0, 255, 255, 0))
    assert np.abs(decode(hostile.encoded(picture, "JPEG")).pixels[8, 8].astype(int) - (255, 0, 0)).max() < 12


def test_scales_sixteen_bits_of_grey() -> None:
    ramp = np.linspace(0, 65_535, 64, dtype=np.uint16)[None].repeat(8, axis=0)
    pixels = decode(hostile.encoded(Image.fromarray(ramp), "PNG")).pixels
    assert (pixels[0, 0, 0], pixels[0, 32, 0] // 10, pixels[0, 63, 0]) == (0, 12, 255)


def test_lays_alpha_over_white() -> None:
    picture = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    picture.putpixel((5, 5), (255, 0, 0, 255))
    decoded = decode(hostile.encoded(picture, "PNG"))
    assert tuple(decoded.pixels[0, 0]) == (255, 255, 255)
    assert tuple(decoded.pixels[5, 5]) == (255, 0, 0)
    assert decoded.on_dark is None


def test_shows_what_white_would_swallow_on_dark() -> None:
    picture = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    picture.putpixel((5, 5), (250, 250, 250, 255))
    on_dark = decode(hostile.encoded(picture, "PNG")).on_dark
    assert on_dark is not None
    assert (on_dark[0, 0, 0], on_dark[5, 5, 0]) == (0, 250)


def test_checks_the_size_before_it_decodes() -> None:
    data = hostile.png_header(50_000, 50_000)
    tracemalloc.start()
    with pytest.raises(PictureRefused, match="more than the 40,000,000 pixels"):
        decode(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_reads_one_frame_of_a_gif() -> None:
    moving = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    data = hostile.encoded(moving[0], "GIF", save_all=True, append_images=moving[1:])
    assert tuple(decode(data).pixels[3, 3]) == (255, 0, 0)


def test_reads_one_frame_of_an_animated_png() -> None:
    moving = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    data = hostile.encoded(moving[0], "PNG", save_all=True, append_images=moving[1:])
    assert tuple(decode(data).pixels[3, 3]) == (255, 0, 0)


def test_scales_sixteen_bits_of_colour_with_alpha() -> None:
    red, veiled = decode(hostile.colour16()).pixels[0]
    assert tuple(red) == (255, 0, 0)
    assert tuple(veiled) == (127, 127, 127)


def test_lays_a_palette_with_transparency_over_white() -> None:
    picture = Image.new("P", (8, 8), 0)
    picture.putpalette([0, 0, 0, 30, 120, 60])
    picture.putpixel((4, 4), 1)
    pixels = decode(hostile.encoded(picture, "PNG", transparency=0)).pixels
    assert (tuple(pixels[0, 0]), tuple(pixels[4, 4])) == ((255, 255, 255), (30, 120, 60))


@pytest.mark.parametrize(
    ("limits", "word"),
    [(DecodingLimits(most_bytes=100), "bytes"), (DecodingLimits(most_pixels=100), "pixels")],
)
def test_keeps_the_limits_it_is_given(limits: DecodingLimits, word: str) -> None:
    with pytest.raises(PictureRefused, match=word):
        decode(hostile.encoded(hostile.photo(), "PNG"), limits)


def refusal_of(data: bytes) -> str:
    """What is said of bytes that aren't read; anything else that they raise fails the test."""
    try:
        decode(data)
    except PictureRefused as refusal:
        return str(refusal)
    return ""


@given(st.binary(max_size=400))
def test_bytes_of_no_format_are_refused(data: bytes) -> None:
    assert refusal_of(data)


@given(st.sampled_from(["photo.jpg", "photo.png", "photo.webp", "photo.gif"]), st.data())
def test_flipped_bytes_never_raise_anything_else(name: str, data: st.DataObject) -> None:
    broken = bytearray(CORPUS[name][0])
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    assert "\n" not in refusal_of(bytes(broken))
