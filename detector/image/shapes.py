"""Plain shapes as sets of points, and what is made of them."""

from collections.abc import Callable
from itertools import pairwise
from math import cos, pi, sin, tau
from typing import Any

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Shape = Callable[[Plane, Plane], Any]
"""Whether points x, y lie in it; it lies about the origin, hardly further than 1 from it, y downwards."""


def turned(shape: Shape, angle: float) -> Shape:
    """The shape turned about the origin, in radians."""
    across, along = cos(angle), sin(angle)
    return lambda x, y: shape(across * x + along * y, across * y - along * x)


def hollow(shape: Shape, hole: float) -> Shape:
    """What is left of it when the same shape is cut out, so many times as large."""
    return lambda x, y: shape(x, y) & ~shape(x / hole, y / hole)


def either(one: Shape, other: Shape) -> Shape:
    """Both together."""
    return lambda x, y: one(x, y) | other(x, y)


def disc(radius: float = 1, at: tuple[float, float] = (0, 0)) -> Shape:
    """A filled circle."""
    return lambda x, y: (x - at[0]) ** 2 + (y - at[1]) ** 2 <= radius**2


def rounded(corner: float) -> Shape:
    """A square whose corners have this radius."""
    inner = 1 - corner
    return lambda x, y: (
        np.hypot(np.maximum(abs(x) - inner, 0), np.maximum(abs(y) - inner, 0)) <= max(corner, 1e-6)
    )


def polygon(corners: int) -> Shape:
    """A regular one, a corner on top."""
    normals = [pi / corners * (2 * n + 1) - pi / 2 for n in range(corners)]
    reach = cos(pi / corners)
    return lambda x, y: np.all([x * cos(a) + y * sin(a) <= reach for a in normals], axis=0)


def rounded_triangle(corner: float) -> Shape:
    """With a rim around it, so wide."""
    tips = [(cos(tau * n / 3 - pi / 2), sin(tau * n / 3 - pi / 2)) for n in range(3)]
    edges = stroke(corner, *tips, tips[0])
    return either(polygon(3), edges)


def star(tips: int, inner: float) -> Shape:
    """With notches as deep as `inner`, a share of its radius; a tip on top."""
    half = pi / tips
    notch_x, notch_y = inner * cos(half), inner * sin(half)

    def within(x: Plane, y: Plane) -> Any:
        angle = np.arctan2(x, -y)
        away = abs((angle + half) % (2 * half) - half)
        radius = np.hypot(x, y)
        along, off = radius * np.cos(away), radius * np.sin(away)
        return (along - 1) * notch_y - off * (notch_x - 1) <= 0

    return within


def heart(x: Plane, y: Plane) -> Any:
    """With sides that bend in towards its tip."""
    high = 0.1 - 1.15 * y
    return (1.3 * x**2 + high**2 - 0.8) ** 3 - 1.3 * x**2 * high**3 <= 0


def drawn_heart(x: Plane, y: Plane) -> Any:
    """Two circles and a triangle."""
    halves = either(disc(0.52, (-0.48, -0.35)), disc(0.52, (0.48, -0.35)))
    return halves(x, y) | ((y >= -0.12) & (abs(x) <= 0.94 * (0.9 - y) / 1.02))


def plus(half: float) -> Shape:
    """Two bars, each twice as wide as `half`."""
    return lambda x, y: (np.minimum(abs(x), abs(y)) <= half) & (np.maximum(abs(x), abs(y)) <= 1)


def stroke(half: float, *points: tuple[float, float]) -> Shape:
    """A line through the points, twice as wide as `half`, with round ends."""

    def within(x: Plane, y: Plane) -> Any:
        nearest = np.full(x.shape, np.inf, np.float32)
        for (x0, y0), (x1, y1) in pairwise(points):
            dx, dy = x1 - x0, y1 - y0
            share = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx**2 + dy**2), 0, 1)
            nearest = np.minimum(nearest, np.hypot(x - x0 - share * dx, y - y0 - share * dy))
        return nearest <= half

    return within


def arrow(shaft: float, head: float, wing: float) -> Shape:
    """It points right; `head` is where its head begins, twice as wide as `wing`."""
    return lambda x, y: (
        ((x >= -1) & (x <= head) & (abs(y) <= shaft))
        | ((x >= head) & (abs(y) <= wing * (1 - x) / (1 - head)))
    )


def drop(tip: float) -> Shape:
    """A circle and its tangents to a tip above, so many radii away."""
    lean = (tip**2 - 1) ** 0.5
    middle, radius = (tip - 1) / 2 / (tip + 1) * 2, 2 / (tip + 1)

    def within(x: Plane, y: Plane) -> Any:
        below = (y + 1) / radius  # from the tip, in radii
        cone = (abs(x) / radius * lean <= below) & (below <= tip - 1 / tip) & (below >= 0)
        return cone | disc(radius, (0, middle))(x, y)

    return within


def crescent(apart: float, radius: float) -> Shape:
    """What a disc of this radius leaves of another that lies so far beside it."""
    cut = disc(radius, (apart, 0))
    return lambda x, y: disc()(x, y) & ~cut(x, y)


def pair(apart: float) -> Shape:
    """Two discs side by side, their middles twice `apart` from each other."""
    return either(disc(0.5, (-apart, 0)), disc(0.5, (apart, 0)))


def stripes(bars: int, share: float) -> Shape:
    """So many across, each filling a share of its row."""
    rows = bars - 1 + share

    def within(x: Plane, y: Plane) -> Any:
        down = (y + 1) / 2 * rows
        return (abs(x) <= 1) & (down >= 0) & (down <= rows) & (down % 1 <= share)

    return within
