"""What an OCR engine must do. Any engine that passes `tests/image/test_engines.py` can read pictures here."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detector.image.decoding import Pixels

Corners = NDArray[np.float32]
"""Points (x, y) in pixels, (4, 2) for a box and (n, 2) for an outline."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A place that looks like a line of text, and how surely, 0 to 1.

    `corners` go clockwise; the side from the first to the second runs along the line, from left to right or,
    where the line stands, from top to bottom. Whether the text stands on its head the detector doesn't know.
    `outline` follows the letters more closely, so that a curve shows in it.
    """

    corners: Corners
    outline: Corners
    score: float


class TextDetector(Protocol):
    """Finds lines of text in RGB pixels (height, width, 3) of any size.

    It is asked for everything it half believes in: a reading decides later, and costs little.
    """

    @property
    def version(self) -> str: ...

    def detect(self, pixels: Pixels) -> list[Region]: ...


class TextRecogniser(Protocol):
    """Reads a crop, RGB (height, width, 3) with one horizontal line, into its text and a score, 0 to 1."""

    @property
    def version(self) -> str: ...

    def recognise(self, crop: Pixels) -> tuple[str, float]: ...


@dataclass(frozen=True, slots=True)
class Engines:
    """`detector` and `recogniser` see everything; the second ones, dearer and better, what is doubtful."""

    detector: TextDetector
    recogniser: TextRecogniser
    second_detector: TextDetector
    second_recogniser: TextRecogniser

    @property
    def version(self) -> str:
        parts = (self.detector, self.recogniser, self.second_detector, self.second_recogniser)
        return "+".join(dict.fromkeys(part.version for part in parts))
