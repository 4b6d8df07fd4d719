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

MOST = 6  # arcs of one picture

LEAST_BEND = np.deg2rad(20)  # a recogniser reads what bends less as it is


@dataclass(frozen=True, slots=True, eq=False)
class Arc:
    """A band between two radii around a centre, from one angle to another.

    Angles are radians, clockwise from the x axis.
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
        margin = (self.outer - self.inner) / 2
        wider = replace(self, inner=max(1.0, self.inner - margin), outer=self.outer + margin)
        room = wider.longer(0.75)
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


def arcs(finds: list[list[Region]]) -> list[Arc]:
    """The arcs that regions lie on, alone or together with their neighbours, the largest first.

    Each list of regions comes from one look: what several saw of a word differs in size and fits no circle.
    """
    groups = [[region] for regions in finds for region in regions]
    groups += [group for regions in finds for group in _neighbours(regions) if len(group) > 1]
    fitted = [arc for arc in map(_fit, groups) if arc is not None]
    kept: list[Arc] = []
    for arc in sorted(fitted, key=_sector, reverse=True):
        if not any(_within(arc, other) for other in kept):
            kept.append(arc)
    return kept[:MOST]


def _sector(arc: Arc) -> float:
    """Twice its area."""
    return (arc.end - arc.start) * (arc.outer**2 - arc.inner**2)


def _within(arc: Arc, other: Arc) -> bool:
    """Whether an arc is nearly a piece of another."""
    box = other.corners()
    middle = arc.corners().mean(axis=0)
    inside = cv2.pointPolygonTest(box, (float(middle[0]), float(middle[1])), False) > 0
    apart = abs((arc.outer + arc.inner) - (other.outer + other.inner)) / 2
    return (
        inside
        and apart < 0.5 * (other.outer - other.inner)
        and (arc.end - arc.start) < (other.end - other.start)
    )


def _neighbours(regions: list[Region]) -> Iterator[list[Region]]:
    """Groups of regions about as high as each other and nearer than that."""
    left = list(regions)
    while left:
        group = [left.pop()]
        for member in group:
            near = [region for region in left if _goes_with(member, region)]
            group += near
            left = [region for region in left if not any(region is n for n in near)]
        yield group


def _goes_with(a: Region, b: Region) -> bool:
    low, high = sorted((size(a.corners)[1], size(b.corners)[1]))
    if high >= 2 * low:
        return False
    apart = float(np.sqrt(((a.outline[:, None] - b.outline[None]) ** 2).sum(axis=2)).min())
    return apart < 0.8 * low


def _fit(group: list[Region]) -> Arc | None:
    points, thick = _bulge(group)
    if len(points) < 12 or thick < 6:
        return None
    centre, radius = _circle(points)
    if not thick < radius < 40 * thick:
        return None
    offset = points - centre
    if float(np.abs(np.hypot(offset[:, 0], offset[:, 1]) - radius).mean()) > 0.1 * thick:
        return None
    angle = np.arctan2(offset[:, 1], offset[:, 0])
    towards = float(np.arctan2(np.sin(angle).mean(), np.cos(angle).mean()))
    apart = (angle - towards + np.pi) % (2 * np.pi) - np.pi
    start, end = float(apart.min()), float(apart.max())
    if end - start < LEAST_BEND:
        return None
    pad = thick / 2 / radius
    where = float(centre[0]), float(centre[1])
    return Arc(where, max(1.0, radius - thick), radius, towards + start - pad, towards + end + pad)


def _bulge(group: list[Region]) -> tuple[NDArray[np.float64], float]:
    """Points along the side of a group's outline that bulges, and how thick it is at its thinner places.

    Detectors draw outlines wider than the letters: that fills the hollow side of a bend, not the other.
    """
    outlines = [region.outline for region in group]
    box = along_the_line(np.concatenate(outlines))
    length, height = size(box)
    if min(length, height) < 4:
        return np.empty((0, 2)), 0.0
    scale = min(1.0, 160 / length)
    across = np.array([(box[1] - box[0]) / length, (box[3] - box[0]) / height]) * scale
    mask = np.zeros((int(height * scale) + 3, int(length * scale) + 3), dtype=np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [(((outline - box[0]) @ across.T) + 1).round().astype(np.int32)], (1,))
    columns = np.flatnonzero(mask.any(axis=0))
    columns = columns[len(columns) // 12 : len(columns) - len(columns) // 12]  # the ends are round
    if len(columns) < 12:
        return np.empty((0, 2)), 0.0
    top = mask[:, columns].argmax(axis=0)
    foot = mask.shape[0] - 1 - mask[::-1, columns].argmax(axis=0)
    edge = top if _rise(-top) > _rise(foot) else foot
    points = np.stack([columns, edge], axis=1) - 1.0
    thick = float(np.percentile(foot - top, 30)) / scale
    return points @ (across / scale**2) + box[0], thick


def _rise(edge: NDArray[np.intp]) -> float:
    """How far the middle of an edge stands out over its ends."""
    part = max(1, len(edge) // 6)
    middle = edge[len(edge) // 2 - part // 2 : len(edge) // 2 + part // 2 + 1]
    return float(middle.mean() - (edge[:part].mean() + edge[-part:].mean()) / 2)


def _circle(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """The circle with the least squared algebraic distance to the points (Kåsa, 1976)."""
    middle = points.mean(axis=0)
    x, y = (points - middle).T
    columns = np.stack([x, y, np.ones_like(x)], axis=1)
    (a, b, c), *_ = np.linalg.lstsq(columns, x**2 + y**2, rcond=None)
    centre = np.array([a / 2, b / 2])
    return centre + middle, float(np.sqrt(max(c + (centre**2).sum(), 0.0)))
