"""Cuts tilted and curved lines out of a picture, and turns or mirrors them."""

import math
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from detector.image.decoding import Pixels
from detector.image.engine import Corners

HEIGHT = 48  # what recognisers want


class Strip(Protocol):
    """A place where a line of text may run, straight or bent, that can be laid flat."""

    def crop(self, pixels: Pixels) -> Pixels:
        """The strip as an upright crop of HEIGHT."""
        ...

    def corners(self) -> Corners:
        """The smallest box around it, clockwise, the first side along the line."""
        ...

    def longer(self, ends: float) -> "Strip":
        """The strip with so many of its heights added at either end."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Straight:
    """A strip between four corners."""

    box: Corners

    def crop(self, pixels: Pixels) -> Pixels:
        return rectify(pixels, self.box)

    def corners(self) -> Corners:
        return self.box

    def longer(self, ends: float) -> "Straight":
        return Straight(grown(self.box, ends, 0.0))


FLAT = 100  # grey levels: a crop that spans less is stretched


def along_the_line(outline: Corners) -> Corners:
    """The smallest rectangle around an outline, clockwise, its first side along the line as `Region` says."""
    box = cv2.boxPoints(cv2.minAreaRect(outline.astype(np.float32)))
    if math.dist(box[0], box[1]) < math.dist(box[1], box[2]):
        box = np.roll(box, -1, axis=0)
    dx, dy = box[1] - box[0]
    if dx < -1e-3 * abs(dy) or (abs(dx) <= 1e-3 * abs(dy) and dy < 0):
        box = np.roll(box, -2, axis=0)
    return np.asarray(box, dtype=np.float32)


def size(corners: Corners) -> tuple[float, float]:
    """Length and height of a line in pixels."""
    a, b, c, d = corners.tolist()  # an array's rows cost more than the distances
    top, right, bottom, left = math.dist(a, b), math.dist(b, c), math.dist(c, d), math.dist(d, a)
    return (top + bottom) / 2, (left + right) / 2


def rectify(pixels: Pixels, corners: Corners) -> Pixels:
    """The quadrilateral as an upright crop of HEIGHT, as wide as its shape asks; a faint one is stretched."""
    length, height = size(corners)
    width = min(max(round(length / max(height, 1.0) * HEIGHT), 16), 3200)
    target = np.array([[0, 0], [width, 0], [width, HEIGHT], [0, HEIGHT]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    crop = cv2.warpPerspective(
        pixels, matrix, (width, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return stretched(np.asarray(crop, dtype=np.uint8))


def stretched(crop: Pixels) -> Pixels:
    """The crop with its greys spread over the whole range where they span less than FLAT levels."""
    low, high = (float(v) for v in np.percentile(crop.mean(axis=2), (2, 98)))
    if high - low >= FLAT:
        return crop
    gain = 200 / max(high - low, 8.0)
    return np.asarray(((crop - (low + high) / 2) * gain + 128).clip(0, 255), dtype=np.uint8)


def grown(corners: Corners, along: float, across: float) -> Corners:
    """The box with so many of its heights added at either end, and on either side."""
    length, height = size(corners)
    right = (corners[1] - corners[0]) / max(length, 1.0)
    down = (corners[3] - corners[0]) / max(height, 1.0)
    x, y = right * height * along, down * height * across
    return np.asarray(corners + np.stack([-x - y, x - y, x + y, -x + y]), dtype=np.float32)


def facing(crop: Pixels, turned: bool, mirrored: bool) -> Pixels:
    """The crop turned by 180 degrees, then mirrored left to right."""
    if turned:
        crop = crop[::-1, ::-1]
    return np.ascontiguousarray(crop[:, ::-1] if mirrored else crop)


def unbent(
    pixels: Pixels,
    centre: tuple[float, float],
    radii: tuple[float, float],
    angles: tuple[float, float],
    height: int = HEIGHT,
) -> Pixels:
    """A sector of a ring as an upright crop.

    `radii` go from the top of the letters to their foot, `angles` (radians, clockwise from the x axis) from
    the first letter to the last.
    """
    (top, foot), (start, end) = radii, angles
    middle = (top + foot) / 2
    width = min(max(round(abs(end - start) * middle / abs(top - foot) * height), 16), 3200)
    angle = np.linspace(start, end, width, dtype=np.float32)[None, :]
    radius = np.linspace(top, foot, height, dtype=np.float32)[:, None]
    xs = (centre[0] + radius * np.cos(angle)).astype(np.float32)
    ys = (centre[1] + radius * np.sin(angle)).astype(np.float32)
    crop = cv2.remap(pixels, xs, ys, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return stretched(np.asarray(crop, dtype=np.uint8))
