"""What an OCR engine must do. Any engine that passes `tests/image/test_engines.py` can read pictures here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detector.image.decoding import Pixels

Corners = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Region:
    """A place that looks like a line of text: four corners in pixels, (4, 2), and how surely, 0 to 1.

    The corners go clockwise; the first is the top left one of a line whose reading direction is within 90
    degrees of left to right. Whether the text stands on its head the detector doesn't know.
    """

    corners: Corners
    score: float


class TextDetector(Protocol):
    """Finds lines of text in RGB pixels (height, width, 3) of any size."""

    @property
    def version(self) -> str: ...

    def detect(self, pixels: Pixels) -> list[Region]: ...


class TextRecogniser(Protocol):
    """Reads crops, each RGB (height, width, 3) with one horizontal line, into (text, score 0 to 1), in
    order.
    """

    @property
    def version(self) -> str: ...

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]: ...
