"""Draws a name onto a photo the ways in which sellers hide it: seeded, so that a run can be repeated.

Sizes are font sizes in pixels, so a name '14 px' high has capitals of about 10. What is drawn is hidden, not
gone: letters differ by 60 grey levels from nine tenths of what they cover, faint ones stand on calm ground.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
Mask = NDArray[np.float32]

Spot = tuple[slice, slice]

SIDE = 800
LEGIBLE = 60
_FOLDERS = ("/usr/share/fonts/truetype",)
_FAMILIES = ("DejaVuSans", "DejaVuSerif", "LiberationS", "STIXGeneral", "Roboto", "OpenSans")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A photo with a name on it; `box` is where: x1, y1, x2, y2."""

    pixels: Pixels
    name: str
    box: tuple[int, int, int, int]


@cache
def fonts() -> tuple[Path, ...]:
    """Scalable Latin text fonts of this machine and of matplotlib; empty where there are none."""
    folders = [Path(folder) for folder in _FOLDERS]
    try:
        import matplotlib as mpl

        folders.append(Path(mpl.get_data_path()) / "fonts" / "ttf")
    except ImportError:
        pass
    found = {path.name: path for folder in folders for path in sorted(folder.rglob("*.ttf"))}
    thin = ("ExtraLight", "Display", "Math", "NonUni", "Siz")
    return tuple(
        found[name]
        for name in sorted(found)
        if name.startswith(_FAMILIES) and not any(t in name for t in thin)
    )


def font(size: int, random: Random) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """One of the fonts, or Pillow's own where the machine has none."""
    return ImageFont.truetype(random.choice(fonts()), size) if fonts() else ImageFont.load_default(size)


def spelled(name: str, random: Random) -> str:
    """As the owner writes it, or all capitals, or all small."""
    return random.choice((name, name.upper(), name.lower()))


def ground(photo: Pixels) -> Pixels:
    """A photo scaled so that it fills a square of SIDE, and cut to it."""
    height, width = photo.shape[:2]
    scale = SIDE / min(height, width)
    big = cv2.resize(photo, (max(SIDE, round(width * scale)), max(SIDE, round(height * scale))))
    top, left = (big.shape[0] - SIDE) // 2, (big.shape[1] - SIDE) // 2
    return np.ascontiguousarray(big[top : top + SIDE, left : left + SIDE]).astype(np.uint8)


def letters(name: str, size: int, random: Random) -> Mask:
    """How much ink each pixel has, 0 to 1, cut to the ink."""
    face = font(size, random)
    left, top, right, bottom = face.getbbox(name)
    canvas = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4))
    ImageDraw.Draw(canvas).text((2 - left, 2 - top), name, fill=255, font=face)
    return (np.asarray(canvas, dtype=np.float32) / 255).astype(np.float32)


def turned(ink: Mask, degrees: float) -> Mask:
    """The ink turned clockwise, with the room that takes."""
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = int(height * sin + width * cos) + 2, int(height * cos + width * sin) + 2
    matrix[0, 2] += (wide - width) / 2
    matrix[1, 2] += (high - height) / 2
    return np.asarray(
        cv2.warpAffine(ink, matrix, (wide, high), flags=cv2.INTER_CUBIC), dtype=np.float32
    ).clip(0, 1)


def bent(ink: Mask, degrees: float, up: bool) -> Mask:
    """The ink along an arc that spans `degrees`, as on a badge."""
    height, width = ink.shape
    span = np.deg2rad(degrees)
    middle = width / span  # radius of the middle of the line
    outer = middle + height / 2
    half = min(span / 2, np.pi / 2)
    wide = int(2 * outer * np.sin(half)) + 6
    high = int(outer - (middle - height / 2) * np.cos(span / 2)) + 6
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    if not up:
        ys = high - 1 - ys
    dx, dy = xs - wide / 2, outer + 3 - ys
    radius, angle = np.hypot(dx, dy), np.arctan2(dx, dy)
    along = (angle + span / 2) / span * width
    across = outer - radius if up else height - (outer - radius)
    return np.asarray(
        cv2.remap(ink, along.astype(np.float32), across.astype(np.float32), cv2.INTER_LINEAR),
        dtype=np.float32,
    )


def tiled(ink: Mask, random: Random) -> tuple[Mask, Mask]:
    """The ink cut into two to four tiles that stand apart and slip; and where the tiles' ground is."""
    count = random.randint(2, 4)
    cuts = np.linspace(0, ink.shape[1], count + 1).astype(int)
    gap, slip, rim = random.randint(3, 8), 3, 6
    height, width = ink.shape
    out = np.zeros((height + 2 * (slip + rim), width + gap * (count - 1) + 2 * rim), dtype=np.float32)
    tile = np.zeros_like(out)
    for i in range(count):
        x = rim + cuts[i] + i * gap
        y = rim + slip + random.randint(-slip, slip)
        piece = ink[:, cuts[i] : cuts[i + 1]]
        out[y : y + height, x : x + piece.shape[1]] = piece
        left, right = x - (rim if i == 0 else 0), x + piece.shape[1] + (rim if i == count - 1 else 0)
        tile[y - rim : y + height + rim, left:right] = 1
    return out, tile


class NoRoom(ValueError):
    """The photo has no spot where this text could stand and be read by a person."""


def _spots(photo: Pixels, ink: Mask, random: Random) -> list[Spot]:
    rows, columns = photo.shape[0] - ink.shape[0] - 8, photo.shape[1] - ink.shape[1] - 8
    if rows < 0 or columns < 0:
        raise NoRoom
    corners = [(4 + random.randint(0, rows), 4 + random.randint(0, columns)) for _ in range(24)]
    return [(slice(y, y + ink.shape[0]), slice(x, x + ink.shape[1])) for y, x in corners]


def _colour(behind: Pixels, ink: Mask, random: Random) -> NDArray[np.float32] | None:
    """A colour 60 grey levels away from nine tenths of what it covers; None where six tries find none."""
    covered = behind.mean(axis=2)[ink > 0.5]
    for _ in range(6):
        colour = np.array([random.randint(0, 255) for _ in range(3)], dtype=np.float32)
        if (np.abs(covered - colour.mean()) >= LEGIBLE).mean() >= 0.9:
            return colour
    return None


def draw(photo: Pixels, name: str, ink: Mask, random: Random, *, busiest: bool = False) -> Rendered:
    """Lays ink of one colour onto a spot where it can be read, or onto the most textured of such spots."""
    fits: list[tuple[float, Spot, NDArray[np.float32]]] = []
    for spot in _spots(photo, ink, random):
        colour = _colour(photo[spot], ink, random)
        if colour is not None:
            fits.append((float(photo[spot].mean(axis=2).std()), spot, colour))
            if not busiest:
                break
    if not fits:
        raise NoRoom
    _, spot, colour = max(fits, key=lambda fit: fit[0])
    cover = ink[:, :, None]
    return _laid(photo, name, spot, photo[spot] * (1 - cover) + cover * colour)


def _laid(photo: Pixels, name: str, spot: Spot, patch: NDArray[np.float32]) -> Rendered:
    out = photo.copy()
    out[spot] = patch.clip(0, 255).round().astype(np.uint8)
    ys, xs = spot
    return Rendered(out, name, (xs.start, ys.start, xs.stop, ys.stop))


def upright(size: int) -> "Kind":
    def kind(photo: Pixels, name: str, random: Random) -> Rendered:
        return draw(photo, name, letters(name, size, random), random)

    return kind


def any_angle(photo: Pixels, name: str, random: Random) -> Rendered:
    ink = turned(letters(name, random.randint(24, 48), random), random.uniform(0, 360))
    return draw(photo, name, ink, random)


def upside_down(photo: Pixels, name: str, random: Random) -> Rendered:
    ink = letters(name, random.randint(20, 48), random)[::-1, ::-1]
    return draw(photo, name, np.ascontiguousarray(ink), random)


def mirrored(photo: Pixels, name: str, random: Random) -> Rendered:
    ink = letters(name, random.randint(20, 48), random)[:, ::-1]
    return draw(photo, name, np.ascontiguousarray(ink), random)


def faint(photo: Pixels, name: str, random: Random) -> Rendered:
    """The ground 20 grey levels lighter or darker where a letter stands, on a spot whose own greys spread by
    less than half of that (standard deviation).
    """
    ink = letters(name, random.randint(24, 48), random)
    shift = random.choice((-20, 20))
    for spot in _spots(photo, ink, random):
        behind = photo[spot].astype(np.float32)
        if behind.mean(axis=2).std() < 10 and 20 <= behind.mean() + shift <= 235:
            return _laid(photo, name, spot, behind + ink[:, :, None] * shift)
    raise NoRoom


def curved(photo: Pixels, name: str, random: Random) -> Rendered:
    ink = letters(name, random.randint(28, 48), random)
    return draw(photo, name, bent(ink, random.uniform(50, 150), random.random() < 0.7), random)


def over_texture(photo: Pixels, name: str, random: Random) -> Rendered:
    """Small letters on the most textured of eight spots."""
    return draw(photo, name, letters(name, random.randint(16, 20), random), random, busiest=True)


def in_tiles(photo: Pixels, name: str, random: Random) -> Rendered:
    """Cut through the letters into tiles with a gap of the photo's own ground between them."""
    ink, tile = tiled(letters(name, random.randint(32, 56), random), random)
    spot = _spots(photo, ink, random)[0]
    behind = photo[spot]
    paper = np.array([random.randint(0, 255) for _ in range(3)], dtype=np.float32)
    tiles = behind * (1 - tile[:, :, None]) + tile[:, :, None] * paper
    colour = _colour(tiles.astype(np.uint8), ink, random)
    if colour is None:
        raise NoRoom
    return _laid(photo, name, spot, tiles * (1 - ink[:, :, None]) + ink[:, :, None] * colour)


Kind = Callable[[Pixels, str, Random], Rendered]

KINDS: dict[str, Kind] = {
    "upright, 14 px": upright(14),
    "upright, 18 px": upright(18),
    "upright, 24 px": upright(24),
    "upright, 40 px": upright(40),
    "any angle": any_angle,
    "upside down": upside_down,
    "mirrored": mirrored,
    "faint": faint,
    "curved": curved,
    "small, over texture": over_texture,
    "cut in tiles": in_tiles,
}
