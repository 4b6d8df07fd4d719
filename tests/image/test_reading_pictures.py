"""Pictures that hold a word in the ways in which sellers hide it, read by what ships."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from benchmarks.rendered_text import bent
from detector.image.decoding import Pixels
from detector.image.engine import Engines
from detector.image.passes import Plan, read_text
from detector.image.reader import OcrReader
from detector.reading import TextLine
from tests import hostile

pytestmark = pytest.mark.slow

WORD = "Winterfeld"


def ink(size: int = 40) -> np.ndarray:
    face = ImageFont.load_default(size)
    left, top, right, bottom = face.getbbox(WORD)
    canvas = Image.new("L", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(canvas).text((-left, -top), WORD, fill=255, font=face)
    return np.asarray(canvas, dtype=np.float32) / 255


def on_a_page(word: np.ndarray, ground: int = 225, letters: int = 25) -> tuple[Pixels, list[tuple[int, int]]]:
    """A page with the word and a little grain, and where its corners are, clockwise from the top left."""
    page = np.full((480, 640, 3), float(ground)) + np.random.default_rng(5).normal(0, 2, (480, 640, 3))
    height, width = word.shape
    y, x = (480 - height) // 2, (640 - width) // 2
    part = page[y : y + height, x : x + width]
    part += word[:, :, None] * (letters - ground)
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return page.clip(0, 255).astype(np.uint8), corners


def the_word(lines: tuple[TextLine, ...]) -> TextLine:
    found = [line for line in lines if line.text.casefold().startswith(WORD.casefold())]
    assert found, [line.text for line in lines]
    return found[0]


@pytest.mark.parametrize(
    ("turn", "mirrored", "change", "first"),
    [
        (0, False, lambda w: w, 0),
        (270, False, lambda w: np.rot90(w, -1), 1),
        (180, False, lambda w: w[::-1, ::-1], 2),
        (90, False, np.rot90, 3),
        (0, True, lambda w: w[:, ::-1], 0),
        (180, True, lambda w: w[::-1], 2),
    ],
    ids=[
        "upright",
        "a quarter clockwise",
        "upside down",
        "a quarter back",
        "mirrored",
        "mirrored upside down",
    ],
)
def test_reads_a_word_every_way_round(
    engines: Engines, turn: int, mirrored: bool, change: Callable[[np.ndarray], np.ndarray], first: int
) -> None:
    pixels, corners = on_a_page(change(ink()))
    line = the_word(read_text(pixels, engines).lines)
    assert line.mirrored == mirrored
    assert abs((line.turn - turn + 180) % 360 - 180) <= 2
    expected = corners[first:] + corners[:first]
    assert np.abs(np.array(line.box) - expected).max() <= 10


@pytest.mark.parametrize(
    ("word", "ground", "letters"),
    [(ink(), 120, 140), (ink(), 120, 100), (ink(14), 225, 25), (bent(ink(36), 100, True), 225, 25)],
    ids=["20 levels lighter", "20 levels darker", "14 px", "on an arc"],
)
def test_reads_what_is_faint_small_or_bent(
    engines: Engines, word: np.ndarray, ground: int, letters: int
) -> None:
    pixels, corners = on_a_page(word, ground, letters)
    line = the_word(read_text(pixels, engines).lines)
    middle = np.mean(line.box, axis=0)
    assert np.abs(middle - np.mean(corners, axis=0)).max() < 30


def test_boxes_are_in_pixels_of_the_original(engines: Engines) -> None:
    pixels, corners = on_a_page(ink())
    for factor in (0.5, 3.0):
        scaled = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        box = np.array(the_word(read_text(scaled, engines).lines).box)
        assert np.abs(box / factor - corners).max() <= 12


def test_boxes_are_in_pixels_after_exif_turning(engines: Engines) -> None:
    pixels, corners = on_a_page(ink())
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = Image.fromarray(np.ascontiguousarray(np.rot90(pixels)))
    reading = OcrReader(engines).read(hostile.encoded(lying, "JPEG", exif=exif, quality=95))
    assert (reading.width, reading.height) == (640, 480)
    assert np.abs(np.array(the_word(reading.lines).box) - corners).max() <= 10


def test_reads_what_is_faint_beside_something_bright(engines: Engines) -> None:
    pixels, [(left, top), _, (_, foot), _] = on_a_page(ink(), 120, 100)
    pixels[foot + 4 : foot + 30, left:] = 250
    pixels[top - 30 : top - 4, left:] = 5
    assert the_word(read_text(pixels, engines).lines).score > 0.8


def test_reads_the_same_twice(engines: Engines) -> None:
    pixels, _ = on_a_page(ink(24))
    assert read_text(pixels, engines) == read_text(pixels, engines)


def test_spends_what_the_plan_allows(engines: Engines) -> None:
    noise = np.asarray(Image.effect_noise((400, 400), 90).convert("RGB"))
    thrifty = Plan(faint=False, looks=0, lines=1, bends=False)
    assert len({line.box for line in read_text(noise, engines, thrifty).lines}) <= 3


@pytest.mark.parametrize("plan", [Plan(lines=20), Plan(budget=3_000)], ids=["places", "budget"])
def test_says_how_much_of_a_crowded_picture_was_left_unread(engines: Engines, plan: Plan) -> None:
    page = Image.new("RGB", (900, 900), "white")
    draw, face = ImageDraw.Draw(page), ImageFont.load_default(16)
    for number in range(400):
        draw.text((20 + number % 20 * 44, 20 + number // 20 * 44), chr(65 + number % 26), "black", face)
    pixels = np.asarray(page)
    assert 200 < read_text(pixels, engines, plan).unread <= 400
    assert read_text(on_a_page(ink())[0], engines).unread == 0


def test_a_reader_leaves_an_artefact(engines: Engines) -> None:
    pixels, _ = on_a_page(ink())
    data = hostile.encoded(Image.fromarray(pixels), "PNG")
    reader = OcrReader(engines)
    reading = reader.read(data)
    assert (reading.width, reading.height) == (640, 480)
    assert reading.engine == reader.engine
    assert len(reading.sha256) == 64
    assert the_word(reading.lines).score > 0.9


def test_reads_pale_text_on_a_transparent_ground(engines: Engines) -> None:
    word = ink()
    pixels = np.zeros((120, 360, 4), np.uint8)
    pixels[30 : 30 + word.shape[0], 40 : 40 + word.shape[1]] = (word[:, :, None] * 255).astype(np.uint8)
    reading = OcrReader(engines).read(hostile.encoded(Image.fromarray(pixels), "PNG"))
    assert the_word(reading.lines).score > 0.9
