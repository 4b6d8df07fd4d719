"""The plan of passes over one picture."""

import numpy as np

from detector.image.crops import rectify
from detector.image.decoding import Picture
from detector.image.engine import Corners, TextDetector, TextRecogniser
from detector.reading import TextLine
from detector.result import Box


def read_lines(
    picture: Picture, detector: TextDetector, recogniser: TextRecogniser, second: TextRecogniser | None = None
) -> tuple[TextLine, ...]:
    """All that is read in a picture, boxes in its own pixels."""
    lines: list[TextLine] = []
    for region in detector.detect(picture.pixels):
        [(text, score)] = recogniser.recognise([rectify(picture.pixels, region.corners)])
        if text:
            lines.append(TextLine(text, score, _box(region.corners)))
    return tuple(lines)


def _box(corners: Corners) -> Box:
    a, b, c, d = ((round(float(x)), round(float(y))) for x, y in np.asarray(corners))
    return (a, b, c, d)
