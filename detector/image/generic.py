"""Shapes that belong to nobody, as stencils: a mark that is hardly more than one of them would be found
everywhere.

A stencil fills its square from edge to edge, as an oval is no more anybody's than a circle.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import pi, tau

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.image import shapes
from detector.image.shapes import Plane, Shape, disc, hollow, turned

SIDE = 48
"""Pixels of a stencil."""

Mask = NDArray[np.bool_]
Named = Iterator[tuple[str, Shape]]

_DRAWN, _REACH = 192, 1.5
"""Pixels of the square that a shape is drawn into, and how far from the origin it reaches."""


@dataclass(frozen=True, slots=True, eq=False)
class Stencils:
    """`names` of the shapes, the plainest first; what each fills (n, SIDE * SIDE), and the same a
    pixel wider."""

    names: tuple[str, ...]
    filled: Plane
    wider: Plane


@lru_cache(maxsize=1)
def stencils() -> Stencils:
    """Those of all generic shapes."""
    x, y = np.meshgrid(*[np.linspace(-_REACH, _REACH, _DRAWN, dtype=np.float32)] * 2)
    families = (_round, _square, _cornered, _starred, _drawn, _several)
    drawn = [(name, filling(shape(x, y))) for family in families for name, shape in family()]
    filled = np.stack([each for _, each in drawn])
    return Stencils(tuple(name for name, _ in drawn), filled, np.stack([grown(each) for each in filled]))


def filling(mask: Mask) -> Plane:
    """How much of each pixel of a stencil (SIDE * SIDE,) a mask fills, 0 to 1, its margins left out."""
    across, down = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    cut = mask[down[0] : down[-1] + 1, across[0] : across[-1] + 1].astype(np.float32)
    way = cv2.INTER_AREA if min(cut.shape) >= SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(cut, (SIDE, SIDE), interpolation=way), np.float32).ravel()


def grown(filled: Plane) -> Plane:
    """What is filled of a stencil, a pixel wider."""
    wider = cv2.dilate(filled.reshape(SIDE, SIDE), np.ones((3, 3), np.uint8))
    return np.asarray(wider, np.float32).ravel()


def _round() -> Named:
    yield "circle", disc()
    yield from (("ring", hollow(disc(), hole)) for hole in _to(0.2, 0.96))
    yield from _ways("half circle", lambda x, y: disc()(x, y) & (y <= 0), tau, 4)
    yield from _ways("quarter circle", lambda x, y: disc()(x, y) & (np.maximum(x, y) <= 0), tau, 4)
    for apart, radius in product((0.3, 0.45, 0.6), (0.75, 0.85, 1.0)):
        yield from _ways("crescent", shapes.crescent(apart, radius), tau, 16)
    for tip in (1.4, 1.8, 2.2):
        yield from _ways("drop", shapes.drop(tip), tau, 8)


def _square() -> Named:
    yield "square", shapes.rounded(0)
    yield from (("frame", hollow(shapes.rounded(0), hole)) for hole in _to(0.3, 0.96))
    for corner in (0.1, 0.2, 0.35, 0.5, 0.7):
        whole = shapes.rounded(corner)
        yield "rounded square", whole
        yield from (("rounded frame", hollow(whole, hole)) for hole in _to(0.5, 0.95))


def _cornered() -> Named:
    for corners, name in {3: "triangle", 4: "diamond", 5: "pentagon", 6: "hexagon", 8: "octagon"}.items():
        whole = shapes.polygon(corners)
        yield from _ways(name, whole, tau / corners, 48 // corners)
        for hole in (0.5, 0.6, 0.7, 0.8, 0.9):
            yield from _ways(name, hollow(whole, hole), tau / corners, 2)
    for rim in (0.1, 0.2, 0.3):
        yield from _ways("triangle", shapes.rounded_triangle(rim), tau / 3, 16)


def _starred() -> Named:
    for tips, inner in product((4, 5, 6, 8), (0.3, 0.4, 0.5, 0.6, 0.7)):
        yield from _ways("star", shapes.star(tips, inner), tau / tips, 6)


def _drawn() -> Named:
    for heart in (shapes.heart, shapes.drawn_heart):
        yield from _ways("heart", heart, tau, 8)
        yield from (("heart", hollow(heart, hole)) for hole in (0.6, 0.7, 0.8, 0.9))
    for half in _to(0.08, 0.5):
        yield from _ways("cross", shapes.plus(half), pi / 2, 8)
    for half, knee in product(_STROKES, (-0.5, -0.35, -0.2)):
        yield "tick", shapes.stroke(half, (-1, 0.1), (knee, 0.7), (1, -0.8))
    for half, bend in product(_STROKES, (0.5, 0.75, 1.0)):
        yield from _ways("chevron", shapes.stroke(half, (-bend, -1), (bend, 0), (-bend, 1)), tau, 4)
    for shaft, head, wing in product((0.1, 0.2, 0.3), (-0.2, 0.1, 0.4), (0.45, 0.75, 1.0)):
        yield from _ways("arrow", shapes.arrow(shaft, head, wing), tau, 8)


def _several() -> Named:
    for apart in (0.25, 0.33, 0.4, 0.5, 0.53, 0.58):
        yield from _ways("pair of circles", shapes.pair(apart), pi, 4)
    for bars, share in product(range(2, 7), _to(0.3, 0.8, 0.1)):
        yield from _ways("row of stripes", shapes.stripes(bars, share), pi, 2)


_STROKES = (0.1, 0.15, 0.2, 0.25, 0.3)
"""Halves of the widths of lines."""


def _to(first: float, last: float, step: float = 0.05) -> list[float]:
    return [float(value) for value in np.arange(first, last + 1e-6, step)]


def _ways(name: str, shape: Shape, round_: float, steps: int) -> Named:
    """The shape at so many angles, evenly up to the one at which it is itself again."""
    for step in range(steps):
        yield name, turned(shape, round_ * step / steps)
