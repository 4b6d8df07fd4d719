"""The default OCR engine: PaddleOCR's own steps before and after the network, the network in ONNX Runtime.

Of PaddleOCR the two modules are used and not its pipeline, which turns nothing and reads every crop padded to
a width of 320: short words are most of what hides in a picture, and cost a third unpadded (2 ms instead of
6).
"""

import os
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from detector.image.decoding import Pixels
from detector.image.engine import Region
from detector.image.models import cache_folder, model_folder
from detector.image.options import PACKAGED, OcrOptions

NARROWEST = 96  # pixels that a crop of height 48 is padded to; narrower ones lose their last letter


def _module(part: str, choice: Any, options: OcrOptions) -> Any:
    """A PaddleOCR module. Its import takes seconds and asks hubs for news unless told not to, so it happens
    here.
    """
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(cache_folder() / "paddlex"))
    import yaml
    from paddleocr import TextDetection, TextRecognition

    folder = model_folder(choice, part)
    name = yaml.safe_load((folder / "inference.yml").read_text(encoding="utf-8"))["Global"]["model_name"]
    if options.engine == "onnxruntime":
        config: dict[str, Any] = {
            "intra_op_num_threads": options.threads,
            "inter_op_num_threads": 1,
            # Every picture has another shape: an arena would keep the largest buffers of each for ever.
            "enable_cpu_mem_arena": False,
        }
    else:
        config = {"cpu_threads": options.threads}
    kind = TextDetection if part == "det" else TextRecognition
    return kind(model_name=name, model_dir=str(folder), engine=options.engine, engine_config=config)


def _version(part: str, choice: Any, options: OcrOptions) -> str:
    label = f"ppocrv6-{choice}" if choice in PACKAGED else str(choice)
    return f"{label}-{part}/{options.engine}"


class PaddleDetector:
    """PP-OCR's differentiable binarisation (Liao et al., 2020): one forward pass at the size of the
    picture.
    """

    def __init__(self, options: OcrOptions) -> None:
        self.version = _version("det", options.detector, options)
        self._module = _module("det", options.detector, options)

    def detect(self, pixels: Pixels) -> list[Region]:
        bgr = np.ascontiguousarray(pixels[:, :, ::-1])
        [found] = self._module.predict(bgr, limit_side_len=64, limit_type="min")
        return [
            Region(np.asarray(corners, dtype=np.float32), float(score))
            for corners, score in zip(found["dt_polys"], found["dt_scores"], strict=True)
        ]


class PaddleRecogniser:
    """PP-OCR's line recogniser (SVTR, Du et al., 2022), decoded greedily; the score is the mean of its
    letters'.
    """

    def __init__(self, choice: Any, options: OcrOptions) -> None:
        self.version = _version("rec", choice, options)
        self._module = _module("rec", choice, options)
        steps = self._module.paddlex_predictor.pre_tfs
        resize = steps["ReisizeNorm"]
        channels, height, _ = resize.rec_image_shape
        resize.rec_image_shape = [channels, height, NARROWEST]

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        read: list[tuple[str, float]] = []
        for crop in crops:  # one by one: padding a batch to its widest costs more than batching saves
            [found] = self._module.predict(cv2.cvtColor(crop, cv2.COLOR_RGB2BGR))
            read.append((str(found["rec_text"]), float(found["rec_score"])))
        return read
