"""A small photo studio: a backdrop, and solid shapes lit from the upper left with a soft shadow."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw
from skimage import data as photos

from workers.demo.lettering import Cover, Picture, rgb

SIDE = 800
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stuff:
    """What a shape is made of: colour, gloss, how far its edge rounds off in pixels, and grain."""

    colour: str
    gloss: float = 0.15
    round: float = 60
    grain: str = ""
    relief: float = 1.0


def backdrop(kind: str, rng: np.random.Generator) -> Picture:
    """An empty set: 'white', a '#rrggbb' paper sweep, a 'wood' table, or 'grass'."""
    if kind == "grass":
        lawn = np.asarray(photo("grass"), np.float32) / 255
        return np.asarray(np.clip(rgb("#7f9a4a") * (0.45 + 1.1 * lawn), 0, 1), np.float32)
    ys, xs = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE
    if kind == "wood":
        return _wood(ys, xs, rng)
    paper = rgb("#f6f6f4" if kind == "white" else kind)
    glow = 1.04 - 0.16 * ((xs - 0.42) ** 2 + (ys - 0.4) ** 2)
    floor = 1 - 0.06 / (1 + np.exp(-(ys - 0.72) * 26))
    noise = rng.standard_normal((SIDE, SIDE), np.float32) * 0.004
    return np.asarray(np.clip(paper * (glow * floor + noise)[..., None], 0, 1), np.float32)


def _wood(ys: Cover, xs: Cover, rng: np.random.Generator) -> Picture:
    fibre = rng.standard_normal((SIDE, 1), np.float32).repeat(SIDE, axis=1)
    fine = rng.standard_normal((SIDE, SIDE), np.float32)
    fibre = np.asarray(cv2.GaussianBlur(fibre, (1, 0), sigmaX=0.1, sigmaY=5), np.float32) * 2.2
    fine = np.asarray(cv2.GaussianBlur(fine, (0, 0), sigmaX=45, sigmaY=0.7), np.float32) * 6
    wave = 0.5 * np.sin(ys * 60 + 3 * np.sin(xs * 4) + fibre)
    board = (np.abs((ys * 4) % 1 - 0.5) > 0.492).astype(np.float32)
    tone = 0.86 + 0.05 * fibre + 0.05 * fine + 0.05 * wave - 0.3 * board - 0.1 * (ys - 0.4) ** 2
    return np.asarray(np.clip(rgb("#c89a68") * tone[..., None], 0, 1), np.float32)


def photo(name: str) -> Image.Image:
    """A real photo, one of those that scikit-image's wheel holds, cut square at the middle."""
    image = Image.fromarray(getattr(photos, name)()).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    return square.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def outline(points: Sequence[Point], smooth: int = 3, holes: Sequence[Sequence[Point]] = ()) -> Cover:
    """A filled shape through its corner points, its corners cut round `smooth` times, as coverage 0 to 1."""
    sheet = Image.new("L", (SIDE * 2, SIDE * 2), 0)
    pen = ImageDraw.Draw(sheet)
    for shape, fill in [(points, 255), *((hole, 0) for hole in holes)]:
        pen.polygon([(x * 2, y * 2) for x, y in _smoothed(shape, smooth)], fill=fill)
    return np.asarray(sheet.resize((SIDE, SIDE), Image.Resampling.BOX), np.float32) / 255


def stroke(points: Sequence[Point], width: float, smooth: int = 3) -> Cover:
    """An open line of that width, such as a handle or a lace."""
    sheet = Image.new("L", (SIDE * 2, SIDE * 2), 0)
    pen = ImageDraw.Draw(sheet)
    line = [(x * 2, y * 2) for x, y in _smoothed(points, smooth, closed=False)]
    pen.line(line, fill=255, width=round(width * 2), joint="curve")
    for x, y in (line[0], line[-1]):
        pen.ellipse((x - width, y - width, x + width, y + width), fill=255)
    return np.asarray(sheet.resize((SIDE, SIDE), Image.Resampling.BOX), np.float32) / 255


def ellipse(x: float, y: float, rx: float, ry: float) -> Cover:
    """A filled ellipse about (x, y)."""
    ys, xs = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    far = np.sqrt(((xs - x) / rx) ** 2 + ((ys - y) / ry) ** 2)
    return np.asarray(np.clip((1 - far) * min(rx, ry) + 0.5, 0, 1), np.float32)


def _smoothed(points: Sequence[Point], times: int, closed: bool = True) -> list[Point]:
    """Chaikin's corner cutting."""
    line = np.array(points, np.float64)
    for _ in range(times):
        after = np.roll(line, -1, axis=0) if closed else line[1:]
        before = line if closed else line[:-1]
        cut = np.stack([before * 0.75 + after * 0.25, before * 0.25 + after * 0.75], axis=1).reshape(-1, 2)
        line = cut if closed else np.vstack([line[:1], cut, line[-1:]])
    return [(float(x), float(y)) for x, y in line]


def cast(picture: Picture, mask: Cover, drop: float = 18, blur: float = 22, dark: float = 0.45) -> Picture:
    """The shadow of a thing on what lies behind and below it."""
    shift = np.array([[1, 0, drop * 0.5], [0, 1, drop]], np.float32)
    shade = cv2.GaussianBlur(cv2.warpAffine(mask, shift, mask.shape[::-1]), (0, 0), blur)
    return np.asarray(picture * (1 - dark * shade[..., None]), np.float32)


def stand(picture: Picture, x: float, y: float, width: float, dark: float = 0.5) -> Picture:
    """The shadow under a thing that stands on the floor at (x, y)."""
    shade = 0.55 * ellipse(x + width * 0.06, y + 6, width * 0.62, width * 0.09)
    shade = np.asarray(cv2.GaussianBlur(shade, (0, 0), width * 0.035), np.float32)
    tight = cv2.GaussianBlur(ellipse(x, y, width * 0.5, max(6, width * 0.03)), (0, 0), 6)
    return np.asarray(picture * (1 - dark * np.clip(shade + 0.6 * tight, 0, 1))[..., None], np.float32)


def lit(
    picture: Picture, mask: Cover, stuff: Stuff, rng: np.random.Generator, shadow: float = 0.25
) -> Picture:
    """The picture with one more solid on it, rounded off at its edge and lit from the upper left."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    window = slice(max(rows[0] - 40, 0), rows[-1] + 44), slice(max(columns[0] - 40, 0), columns[-1] + 44)
    mask, under = mask[window], picture[window]
    if shadow:
        under = cast(under, mask, drop=7, blur=9, dark=shadow)
    deep = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / stuff.round
    height = np.sqrt(np.clip(1 - (1 - np.clip(deep, 0, 1)) ** 2, 0, 1)) * stuff.round * stuff.relief
    height = cv2.GaussianBlur(height.astype(np.float32), (0, 0), 4) + _grain(stuff.grain, mask.shape, rng)
    gx, gy = (
        cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=0.125),
        cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=0.125),
    )
    length = np.sqrt(gx**2 + gy**2 + 1)
    light = np.clip((0.42 * gx + 0.6 * gy + 0.68) / length, 0, 1)
    shine = np.clip((0.22 * gx + 0.34 * gy + 0.91) / length, 0, 1) ** 36
    tone = (0.42 + 0.82 * light)[..., None] * rgb(stuff.colour) + (stuff.gloss * shine)[..., None]
    out = picture.copy()
    out[window] = under + (np.clip(tone, 0, 1) - under) * mask[..., None]
    return out


def _grain(kind: str, shape: tuple[int, ...], rng: np.random.Generator) -> Cover:
    if not kind:
        return np.zeros(shape, np.float32)
    if kind == "knit":
        ys, xs = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
        return np.asarray(0.3 * np.sin(xs * 0.9) * np.sin(ys * 0.9), np.float32)
    rough = rng.standard_normal(shape, np.float32)
    return np.asarray(cv2.GaussianBlur(rough, (0, 0), 2.2) * (4.5 if kind == "leather" else 1.6), np.float32)
