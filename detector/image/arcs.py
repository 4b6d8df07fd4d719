"""Lines of text that bend, as on a badge or round a cup: fitted by a circle and laid straight."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.image.crops import along_the_line, size, unbent
from detector.image.decoding import Pixels
from detector.image.engine import Corners, Region, TextDetector

ROOM_HEIGHT = 80  # pixels of a band with room on both sides, for letters of about 40

LEAST_BEND = np.deg2rad(25)  # a recogniser reads what bends less as it is


@dataclass(frozen=True, slots=True, eq=False)
class Arc:
    """A band between two radii around a centre, from one angle to another (radians, clockwise from the x
    axis).
    """

    centre: tuple[float, float]
    inner: float
    outer: float
    start: float
    end: float

    def crop(self, pixels: Pixels) -> Pixels:
        """The band as an upright line: the side that looks up on the picture becomes the top."""
        return unbent(pixels, self.centre, *self._as_read)

    @property
    def _as_read(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The radii from the top of the line to its foot, the angles from its left end to its right."""
        if np.sin((self.start + self.end) / 2) <= 0:  # the band lies above its centre
            return (self.outer, self.inner), (self.start, self.end)
        return (self.inner, self.outer), (self.end, self.start)

    def found_in(self, pixels: Pixels, detector: TextDetector) -> "Iterator[Arc]":
        """The lines that a detector finds once a wider band is laid straight."""
        thick = self.outer - self.inner
        room = replace(self, inner=max(1.0, self.inner - thick / 2), outer=self.outer + thick / 2).longer(
            0.75
        )
        (top, foot), (left, right) = room._as_read
        strip = unbent(pixels, room.centre, (top, foot), (left, right), ROOM_HEIGHT)
        height, width = strip.shape[:2]
        for region in detector.detect(strip):
            (x1, y1), (x2, y2) = region.corners.min(axis=0), region.corners.max(axis=0)
            radii = sorted(top + float(y) / height * (foot - top) for y in (y1, y2))
            angles = sorted(left + float(x) / width * (right - left) for x in (x1, x2))
            yield Arc(self.centre, *radii, *angles)

    def longer(self, ends: float) -> "Arc":
        """The band with so many of its heights added at either end, at most three quarters of the circle."""
        wider = ends * (self.outer - self.inner) / ((self.outer + self.inner) / 2)
        wider = max(0.0, min(wider, (1.5 * np.pi - (self.end - self.start)) / 2))
        return replace(self, start=self.start - wider, end=self.end + wider)

    def corners(self) -> Corners:
        """The smallest box around the band."""
        angles = np.linspace(self.start, self.end, 24)
        ray = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        points = np.concatenate([ray * self.inner, ray * self.outer]) + np.asarray(self.centre)
        return along_the_line(points.astype(np.float32))


def arcs(regions: list[Region]) -> Iterator[Arc]:
    """The arcs that regions lie on, alone or together with their neighbours."""
    for group in _neighbours(regions):
        arc = _fit(group)
        if arc is not None:
            yield arc


def _neighbours(regions: list[Region]) -> Iterator[list[Region]]:
    """Groups of regions nearer to each other than they are high."""
    left = list(regions)
    while left:
        group = [left.pop()]
        for member in group:
            near = [r for r in left if _apart(member, r) < 0.8 * _height(member, r)]
            group += near
            left = [r for r in left if not any(r is n for n in near)]
        yield group


def _apart(a: Region, b: Region) -> float:
    return float(np.sqrt(((a.outline[:, None] - b.outline[None]) ** 2).sum(axis=2)).min())


def _height(a: Region, b: Region) -> float:
    return min(size(a.corners)[1], size(b.corners)[1])


def _fit(group: list[Region]) -> Arc | None:
    points = _inside(group)
    if len(points) < 30:
        return None
    centre, radius = _circle(points)
    offset = points - centre
    distance = np.hypot(offset[:, 0], offset[:, 1])
    low, high = np.percentile(distance, (3, 97))
    band = float(high - low) * 1.06
    if band < 4 or radius < band or radius > 60 * band:
        return None
    angle = np.arctan2(offset[:, 1], offset[:, 0])
    towards = float(np.arctan2(np.sin(angle).mean(), np.cos(angle).mean()))
    apart = (angle - towards + np.pi) % (2 * np.pi) - np.pi
    start, end = float(apart.min()), float(apart.max())
    if end - start < LEAST_BEND or (end - start) * radius < 1.5 * band:
        return None
    rim = 0.08 * band
    pad = 0.15 * band / radius
    return Arc(
        (float(centre[0]), float(centre[1])),
        float(low) - rim,
        float(high) + rim,
        towards + start - pad,
        towards + end + pad,
    )


def _inside(group: list[Region]) -> NDArray[np.float64]:
    """Points spread evenly over the outlines of a group."""
    corner = np.min([r.outline.min(axis=0) for r in group], axis=0)
    extent = np.max([r.outline.max(axis=0) for r in group], axis=0) - corner
    scale = min(1.0, 128 / max(float(extent.max()), 1.0))
    mask = np.zeros((int(extent[1] * scale) + 2, int(extent[0] * scale) + 2), dtype=np.uint8)
    for region in group:
        cv2.fillPoly(mask, [((region.outline - corner) * scale).round().astype(np.int32)], (1,))
    ys, xs = np.nonzero(mask)
    return np.asarray(np.stack([xs, ys], axis=1) / scale + corner, dtype=np.float64)


def _circle(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """The circle with the least squared algebraic distance to the points (Kåsa, 1976)."""
    middle = points.mean(axis=0)
    x, y = (points - middle).T
    columns = np.stack([x, y, np.ones_like(x)], axis=1)
    (a, b, c), *_ = np.linalg.lstsq(columns, x**2 + y**2, rcond=None)
    centre = np.array([a / 2, b / 2])
    return centre + middle, float(np.sqrt(max(c + (centre**2).sum(), 0.0)))
