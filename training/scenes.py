"""Marks as photographs show them: on things, tilted, bent, lit, covered, blurred, small and compressed."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.marks import Mark

VIEW = 64
"""The side in pixels of what the network sees of a region, stretched to a square."""
CANVAS = 96

Rgb = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Paint:
    """How one brand usually shows a mark: its colour, the surface behind it (None: straight on the thing) and
    how far that surface reaches beyond the mark."""

    colour: Floats
    surface: Floats | None
    round_surface: bool
    padding: float


def paint(mark: Mark, rng: np.random.Generator) -> Paint:
    """A random one, the mark in a colour that stands out from the surface."""
    surface = _colour(rng)
    colour = _colour(rng)
    for _ in range(20):
        if np.abs(colour - surface).sum() > 180:
            break
        colour = _colour(rng)
    bare = rng.random() < (0.35 if mark.single else 0.5)
    if not mark.single and not bare:
        surface = np.full(3, 255.0) if rng.random() < 0.6 else surface
    return Paint(colour, None if bare else surface, rng.random() < 0.3, float(rng.exponential(0.3) + 0.02))


def view(mark: Mark, usual: Paint, photos: list[Rgb], rng: np.random.Generator) -> Rgb:
    """One sight of the mark, VIEW x VIEW, framed about as a region or an owner's crop frames it."""
    style = usual if rng.random() < 0.6 else paint(mark, rng)
    canvas = patch(photos, rng, CANVAS).astype(np.float32)
    layer, inset = _layer(mark, style, rng)
    inset = inset if rng.random() < 0.7 else 0  # framed by the mark, or by what it stands on
    if rng.random() < 0.12:  # a clean file, as brand owners have it
        canvas[:] = 255.0 if rng.random() < 0.7 else _colour(rng)
        placed = _placed(layer, inset, rng, tilt=0.0, margin=0.06)
    else:
        placed = _placed(layer, inset, rng, tilt=1.0, margin=0.14)
    opacity = rng.uniform(0.8, 1.0)
    alpha, colours = placed[..., 3:] / 255 * opacity, placed[..., :3] * opacity
    if rng.random() < 0.3:  # printed on the thing, whose folds and grain show through
        grain = canvas.mean(axis=2, keepdims=True)
        colours = colours * np.clip(0.6 + 0.4 * grain / (grain.mean() + 1), 0.4, 1.4)
    canvas = canvas * (1 - alpha) + colours
    if rng.random() < 0.25:
        _cover(canvas, photos, rng)
    return seen(canvas, rng)


def seen(canvas: Floats, rng: np.random.Generator) -> Rgb:
    """Light, blur, resolution, noise and compression of a camera and of a web shop."""
    side = round(float(np.exp(rng.uniform(np.log(20), np.log(CANVAS)))))
    if rng.random() < 0.3:
        size = rng.integers(3, 10)
        kernel = np.zeros((size, size), np.float32)
        cv2.line(kernel, (0, int(rng.integers(size))), (size - 1, int(rng.integers(size))), 1.0)
        canvas = cv2.filter2D(canvas, -1, kernel / max(kernel.sum(), 1))
    elif rng.random() < 0.4:
        canvas = cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.5, 2.5))
    picture = cv2.resize(canvas, (min(side, CANVAS), min(side, CANVAS)), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.7:
        across, down = np.meshgrid(np.linspace(-1, 1, side), np.linspace(-1, 1, side))
        light = 1 + rng.normal(0, 0.15) * across + rng.normal(0, 0.15) * down
        picture = picture * light[..., None] * rng.normal(1, 0.06, 3) * rng.uniform(0.7, 1.2)
        picture = (picture - 128) * rng.uniform(0.6, 1.15) + 128 + rng.normal(0, 12)
    if rng.random() < 0.12:
        picture = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.random() < 0.5:
        picture = picture + rng.normal(0, rng.uniform(1, 10), picture.shape)
    final: Rgb = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        _, coded = cv2.imencode(".jpg", final, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 95))])
        final = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return cv2.resize(final, (VIEW, VIEW), interpolation=cv2.INTER_AREA if side > VIEW else cv2.INTER_LINEAR)


def patch(photos: list[Rgb], rng: np.random.Generator, side: int, smallest: int = 24) -> Rgb:
    """A random part of a random photo, stretched to a square, perhaps tinted or mirrored."""
    photo = photos[rng.integers(len(photos))]
    height, width = photo.shape[:2]
    across = round(float(np.exp(rng.uniform(np.log(smallest), np.log(min(height, width))))))
    down = int(np.clip(across * np.exp(rng.normal(0, 0.4)), 16, height))
    top, left = rng.integers(height - down + 1), rng.integers(width - across + 1)
    part = cv2.resize(
        photo[top : top + down, left : left + across], (side, side), interpolation=cv2.INTER_AREA
    )
    part = part[:, ::-1] if rng.random() < 0.5 else part
    return part[..., rng.permutation(3)] if rng.random() < 0.3 else part


def _colour(rng: np.random.Generator) -> Floats:
    """Black and white are the commonest, then full colours."""
    kind = rng.random()
    if kind < 0.2:
        return np.full(3, rng.uniform(225, 255))
    if kind < 0.4:
        return np.full(3, rng.uniform(0, 45))
    hue = np.uint8([[[rng.integers(180), rng.integers(120, 256), rng.integers(60, 256)]]])
    return cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)[0, 0].astype(np.float64)


def _layer(mark: Mark, style: Paint, rng: np.random.Generator) -> tuple[Floats, int]:
    """The mark in its paint with its surface, RGBA, float32, and how many pixels of surface surround it.

    Colours are multiplied by alpha.
    """
    picture = mark.picture.astype(np.float32)
    if mark.single:
        picture[..., :3] = style.colour
    elif rng.random() < 0.15:
        picture[..., :3] = 255 - picture[..., :3] if rng.random() < 0.5 else style.colour
    if mark.single and rng.random() < 0.08:  # only its outline
        inside = cv2.erode(picture[..., 3], np.ones((5, 5)))
        picture[..., 3] = np.clip(picture[..., 3] - inside, 0, 255)
    picture[..., :3] *= picture[..., 3:] / 255
    if style.surface is None:
        return picture, 0
    height, width = picture.shape[:2]
    pad = round(style.padding * min(height, width)) + 1
    layer = np.zeros((height + 2 * pad, width + 2 * pad, 4), np.float32)
    if style.round_surface:
        centre = (layer.shape[1] // 2, layer.shape[0] // 2)
        cv2.ellipse(layer, centre, centre, 0, 0, 360, (*style.surface.tolist(), 255.0), -1)
    else:
        layer[..., :3], layer[..., 3] = style.surface, 255
    inner = layer[pad : pad + height, pad : pad + width]
    alpha = picture[..., 3:] / 255
    inner[..., :3] = inner[..., :3] * (1 - alpha) + picture[..., :3]
    inner[..., 3:] = np.maximum(inner[..., 3:], picture[..., 3:])
    return layer, pad


def _placed(layer: Floats, inset: int, rng: np.random.Generator, tilt: float, margin: float) -> Floats:
    """The layer in a canvas, turned, in perspective and perhaps bent, its bounds framed not quite exactly."""
    height, width = layer.shape[:2]
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    angle = np.radians(np.clip(rng.normal(0, 9), -30, 30) * tilt)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slant = np.array([[rng.uniform(0.75, 1.3), rng.normal(0, 0.12) * tilt], [0, 1]])
    moved = corners @ (turn @ slant).T + rng.normal(0, 0.05 * tilt, (4, 2)) * min(height, width)
    inner = _inner(moved, inset, width, height)
    low, high = inner.min(axis=0), inner.max(axis=0)
    size = high - low
    low = low - rng.normal(0.03, margin, 2).clip(-0.25, 0.4) * size
    high = high + rng.normal(0.03, margin, 2).clip(-0.25, 0.4) * size
    framed = ((moved - low) / (high - low) * CANVAS).astype(np.float32)
    placed = cv2.warpPerspective(
        layer, cv2.getPerspectiveTransform(corners, framed), (CANVAS, CANVAS), flags=cv2.INTER_LINEAR
    )
    if rng.random() < 0.3 * tilt:  # round a can or bottle, or on cloth
        rows, columns = np.mgrid[:CANVAS, :CANVAS].astype(np.float32)
        bend, length = rng.normal(0, 6), rng.uniform(1, 3)
        arch = np.sin(np.pi * length / 2 * (columns / CANVAS + rng.uniform(0, 1))).astype(np.float32)
        placed = cv2.remap(placed, columns, rows + np.float32(bend) * arch, cv2.INTER_LINEAR)
    return placed


def _inner(corners: Floats, inset: int, width: int, height: int) -> Floats:
    """Where the corners of the mark itself come to lie, when the layer's do at `corners`; perspective is
    neglected."""
    x, y = inset / width, inset / height
    shares = np.array([[x, y], [1 - x, y], [1 - x, 1 - y], [x, 1 - y]])
    a, b, c, d = corners
    top = a + shares[:, :1] * (b - a)
    bottom = d + shares[:, :1] * (c - d)
    inner: Floats = top + shares[:, 1:] * (bottom - top)
    return inner


def _cover(canvas: Floats, photos: list[Rgb], rng: np.random.Generator) -> None:
    """Something in front of up to a third of it."""
    across, down = rng.integers(10, 60, 2)
    left, top = rng.integers(-10, CANVAS - 10, 2)
    left, top = max(left, 0), max(top, 0)
    hidden = canvas[top : top + down, left : left + across]
    if rng.random() < 0.5:
        hidden[:] = _colour(rng)
    else:
        hidden[:] = patch(photos, rng, CANVAS)[: hidden.shape[0], : hidden.shape[1]]


def scene(
    marks: list[Mark], photos: list[Rgb], rng: np.random.Generator, side: int
) -> tuple[Rgb, NDArray[np.float32]]:
    """A photo of `side` pixels with some marks on it, or none, and their boxes (n, 4)."""
    canvas = np.ascontiguousarray(patch(photos, rng, side, smallest=160), dtype=np.float32)
    for _ in range(rng.integers(4)):  # things without a mark, whose cut edges are no sign of one
        _clutter(canvas, photos, rng)
    boxes: list[NDArray[np.float64]] = []
    crowded = rng.random() < 0.2
    wanted = rng.integers(5, 16) if crowded else rng.choice(6, p=(0.08, 0.42, 0.2, 0.14, 0.09, 0.07))
    mark = marks[rng.integers(len(marks))]
    style = paint(mark, rng)
    for _ in range(wanted):
        if rng.random() < 0.6:  # otherwise the same one again
            mark = marks[rng.integers(len(marks))]
            style = paint(mark, rng)
        layer, inset = _layer(mark, style, rng)
        longest = float(np.exp(rng.uniform(np.log(0.04), np.log(0.2 if crowded else 0.9))))
        box = _paste(canvas, layer, inset, longest * side, boxes, rng)
        if box is not None:
            boxes.append(box)
    if rng.random() < 0.5:
        canvas = cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.3, 1.3))
    canvas = (canvas - 128) * rng.uniform(0.6, 1.15) + 128 + rng.normal(0, 12)
    canvas = canvas + rng.normal(0, rng.uniform(1, 8), canvas.shape)
    _, coded = cv2.imencode(
        ".jpg",
        np.clip(canvas, 0, 255).astype(np.uint8),
        [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))],
    )
    return cv2.imdecode(coded, cv2.IMREAD_COLOR), np.float32(boxes).reshape(-1, 4)


def _clutter(canvas: Floats, photos: list[Rgb], rng: np.random.Generator) -> None:
    """A plain or pictured polygon somewhere."""
    side = canvas.shape[0]
    middle, reach = rng.uniform(0, 1, 2) * side, np.exp(rng.uniform(np.log(0.05), np.log(0.9))) * side
    corners = middle + rng.uniform(-0.5, 0.5, (rng.integers(4, 8), 2)) * reach
    mask = np.zeros((side, side), np.float32)
    cv2.fillConvexPoly(mask, cv2.convexHull(corners.astype(np.int32)), 1.0)
    if rng.random() < 0.5:
        mask = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.5, 2))
    filling = _colour(rng) if rng.random() < 0.5 else patch(photos, rng, side, smallest=100)
    canvas[:] = canvas * (1 - mask[..., None]) + filling * mask[..., None]


def _paste(  # noqa: PLR0917
    canvas: Floats, layer: Floats, inset: int, longest: float, taken: list[Floats], rng: np.random.Generator
) -> Floats | None:
    """Puts the layer at a free place of the canvas, tilted; its box, or None where it found no place."""
    side = canvas.shape[0]
    height, width = layer.shape[:2]
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    angle = np.radians(np.clip(rng.normal(0, 10), -35, 35))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = corners @ turn.T * [rng.uniform(0.75, 1.2), 1] + rng.normal(0, 0.04, (4, 2)) * min(height, width)
    inner = _inner(moved, inset, width, height)
    moved = (moved - inner.min(axis=0)) * (longest / np.ptp(inner, axis=0).max())
    size = np.ptp(inner, axis=0) * (longest / np.ptp(inner, axis=0).max())
    if min(size) < 8:
        return None
    for _ in range(8):
        corner = rng.uniform(-0.15 * size, side - 0.85 * size)
        box = np.clip([*corner, *(corner + size)], 0, side)
        if not any(_touch(box, other) for other in taken):
            break
    else:
        return None
    place = (moved + corner).astype(np.float32)
    scale = longest / max(height, width)
    if scale < 0.5:  # a coarse sampling would see single pixels
        shrunk = cv2.resize(layer, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        corners *= np.float32([shrunk.shape[1] / width, shrunk.shape[0] / height])
        layer = shrunk
    placed = cv2.warpPerspective(layer, cv2.getPerspectiveTransform(corners, place), (side, side))
    opacity = rng.uniform(0.75, 1.0)
    alpha, colours = placed[..., 3:] / 255 * opacity, placed[..., :3] * opacity
    if rng.random() < 0.5:
        light = cv2.GaussianBlur(canvas.mean(axis=2), (0, 0), rng.uniform(1, 8))[..., None]
        colours = colours * np.clip(0.5 + 0.5 * light / (light.mean() + 1), 0.4, 1.4)
    canvas[:] = canvas * (1 - alpha) + colours
    return box


def _touch(a: Floats, b: Floats) -> bool:
    return bool(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])
