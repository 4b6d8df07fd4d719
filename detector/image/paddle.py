"""The default OCR engine: PaddleOCR's own steps before and after the networks, by default in ONNX Runtime.

Of PaddleOCR the two modules are used and not its pipeline, which turns nothing and pads every crop to a width
of 320: short words are most of what hides in a picture, and cost a third unpadded (2 ms instead of 6).
"""

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.cache import cache_folder
from detector.image.crops import along_the_line
from detector.image.decoding import Pixels
from detector.image.engine import Engines, Region
from detector.image.models import model_folder
from detector.image.options import PACKAGED, Model, OcrOptions

# PP-OCR's own thresholds are 0.2 and 0.4. Lowered, the places where half a word or a faint one shows come out
# too (95% of those hidden on a photo instead of 88%) for one more candidate a photo.
PIXEL_THRESHOLD, REGION_THRESHOLD = 0.1, 0.15

NARROWEST = 96  # pixels that a crop of height 48 is padded to; narrower ones lose their last letter


def paddle_engines(options: OcrOptions) -> Engines:
    """Loads the models that the options name, each once."""
    first = PaddleDetector(options.detector, options), PaddleRecogniser(options.recogniser, options)
    second_detector = (
        first[0]
        if options.second_detector == options.detector
        else PaddleDetector(options.second_detector, options)
    )
    second_recogniser = (
        first[1]
        if options.second_recogniser == options.recogniser
        else PaddleRecogniser(options.second_recogniser, options)
    )
    return Engines(*first, second_detector, second_recogniser)


class PaddleDetector:
    """PP-OCR's differentiable binarisation (Liao et al., 2020): one pass at the size of the picture."""

    def __init__(self, model: Model, options: OcrOptions) -> None:
        self.version = _version("det", model, options)
        self._steps = _steps("det", model, options)
        self._steps.post_op.box_type = "poly"
        normalise = self._steps.pre_tfs["Normalize"]
        self._levels = [
            np.arange(256, dtype=np.float32) * np.float32(alpha) + np.float32(beta)
            for alpha, beta in zip(normalise.alpha, normalise.beta, strict=True)
        ]

    def detect(self, pixels: Pixels) -> list[Region]:
        resized, shapes = self._steps.pre_tfs["Resize"](
            imgs=[cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)], limit_side_len=64, limit_type="min"
        )
        [found], [scores] = self._steps.post_op(
            self._steps.runner(x=[self._normalised(resized[0])]),
            shapes,
            thresh=PIXEL_THRESHOLD,
            box_thresh=REGION_THRESHOLD,
        )
        outlines = (np.asarray(outline, dtype=np.float32) for outline in found)
        return [
            Region(along_the_line(outline), outline, float(score))
            for outline, score in zip(outlines, scores, strict=True)
        ]

    def _normalised(self, pixels: Pixels) -> NDArray[np.float32]:
        """As the network takes them (1, 3, h, w): looked up, as there are but 256 levels, which takes a tenth
        of the time.
        """
        planes = np.empty((1, 3, *pixels.shape[:2]), np.float32)
        for plane, levels, out in zip(cv2.split(pixels), self._levels, planes[0], strict=True):
            cv2.LUT(plane, levels, out)
        return planes


class PaddleRecogniser:
    """PP-OCR's line recogniser (SVTR, Du et al., 2022), decoded greedily; a score is the letters' mean."""

    def __init__(self, model: Model, options: OcrOptions) -> None:
        self.version = _version("rec", model, options)
        self._steps = _steps("rec", model, options)
        self._resize = self._steps.pre_tfs["ReisizeNorm"]
        channels, height, _ = self._resize.rec_image_shape
        self._resize.rec_image_shape = [channels, height, NARROWEST]

    def recognise(self, crop: Pixels) -> tuple[str, float]:
        [normalised] = self._resize(imgs=[cv2.cvtColor(crop, cv2.COLOR_RGB2BGR)])
        [letters] = self._steps.runner(x=[normalised[None]])
        best = letters.argmax(axis=-1)
        scores = np.take_along_axis(letters, best[..., None], axis=-1)[..., 0]
        [(text, score)] = self._steps.post_op.decode(best, scores, is_remove_duplicate=True)
        return str(text).strip(), float(score)


def _steps(part: str, model: Model, options: OcrOptions) -> Any:
    """The steps of a PaddleOCR module: before the network `pre_tfs`, `runner`, and `post_op` after it.

    They are called one by one: what wraps them copies every picture several times. Their import takes
    seconds, and asks hubs for news unless told not to: hence here.
    """
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(cache_folder() / "paddlex"))
    with _without("modelscope"):
        from paddleocr import TextDetection, TextRecognition

    logging.getLogger("paddlex").setLevel(logging.WARNING)  # it announces every model on stderr
    folder = model_folder(model, part)
    described = (folder / "inference.yml").read_text(encoding="utf-8")
    name = re.search(r"^\s*model_name:\s*(\S+)", described, re.MULTILINE)
    if options.engine == "onnxruntime":
        config: dict[str, Any] = {
            "intra_op_num_threads": options.threads,
            "inter_op_num_threads": 1,
            # Every picture has another shape. What a detector fills is worth keeping, as fresh memory costs
            # a fourth of its time; but in one arena, not in a pattern for each shape. Crops are small.
            "enable_cpu_mem_arena": part == "det",
            "enable_mem_pattern": False,
        }
    else:
        config = {"cpu_threads": options.threads}
    kind = TextDetection if part == "det" else TextRecognition
    module = kind(
        model_name=name.group(1) if name else None,
        model_dir=str(folder),
        device="cpu",  # asked which device is there, it would import all of paddle to find out
        engine=options.engine,
        engine_config=config,
    )
    return module.paddlex_predictor


@contextmanager
def _without(package: str) -> Iterator[None]:
    """Has imports of a package find an empty one.

    PaddleX imports ModelScope to fetch models with, which ours are never, and ModelScope imports torch: two
    seconds of a processor and 185 MB in each process that reads pictures.
    """
    if package in sys.modules:
        yield
        return
    sys.modules[package] = ModuleType(package)
    try:
        yield
    finally:
        del sys.modules[package]


def _version(part: str, model: Model, options: OcrOptions) -> str:
    label = f"ppocrv6-{model}" if model in PACKAGED else str(model)
    return f"{label}-{part}/{options.engine}"
