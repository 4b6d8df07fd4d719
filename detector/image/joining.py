"""Puts the words of one line together again: a name of two words is often found as two."""

import numpy as np

from detector.image.crops import size
from detector.image.engine import Corners
from detector.reading import TextLine
from detector.result import Box

MOST_JOINED = 4

SURE_ENOUGH = 0.6


def joined(lines: list[TextLine]) -> list[TextLine]:
    """New lines, each of up to MOST_JOINED old ones that follow each other along one line of writing.

    Of several readings of one place the surest is taken. Score: the least sure of its parts.
    """
    starts = [line for line in _surest(lines) if line.score >= SURE_ENOUGH]
    found: list[TextLine] = []
    for start in starts:
        chain = [start]
        while len(chain) < MOST_JOINED:
            follower = _next(chain[-1], starts)
            if follower is None or follower in chain:
                break
            chain.append(follower)
            found.append(_one(chain))
    return found


def _surest(lines: list[TextLine]) -> list[TextLine]:
    kept: list[TextLine] = []
    for line in sorted(lines, key=lambda line: line.score, reverse=True):
        middle = np.mean(line.box, axis=0)
        if all(np.abs(middle - np.mean(other.box, axis=0)).max() > 0.5 * _height(other) for other in kept):
            kept.append(line)
    return kept


def _corners(line: TextLine) -> Corners:
    return np.array(line.box, dtype=np.float32)


def _height(line: TextLine) -> float:
    return size(_corners(line))[1]


def _next(line: TextLine, others: list[TextLine]) -> TextLine | None:
    """The nearest line that goes on where this one ends, the same way round and about as high."""
    here = _corners(line)
    length, height = size(here)
    along = (here[1] - here[0]) / max(length, 1.0)
    down = (here[3] - here[0]) / max(height, 1.0)
    if line.mirrored:
        along = -along
    end = (here[0] + here[3]) / 2 if line.mirrored else (here[1] + here[2]) / 2
    best: tuple[float, TextLine] | None = None
    for other in others:
        there = _corners(other)
        turned = abs((other.turn - line.turn + 180) % 360 - 180)
        tall = size(there)[1] / max(height, 1.0)
        if other is line or other.mirrored != line.mirrored or turned > 35 or not 0.6 < tall < 1.7:
            continue
        begin = (there[1] + there[2]) / 2 if line.mirrored else (there[0] + there[3]) / 2
        gap, drop = float((begin - end) @ along), abs(float((begin - end) @ down))
        if -0.4 * height < gap < 1.3 * height and drop < 0.5 * height and (best is None or gap < best[0]):
            best = gap, other
    return best[1] if best else None


def _one(chain: list[TextLine]) -> TextLine:
    first, last = _corners(chain[0]), _corners(chain[-1])
    a, b = (last, first) if chain[0].mirrored else (first, last)
    corners = (a[0], b[1], b[2], a[3])
    box: Box = tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners)  # type: ignore[assignment]
    return TextLine(
        " ".join(line.text for line in chain),
        min(line.score for line in chain),
        box,
        chain[0].turn,
        chain[0].mirrored,
    )
