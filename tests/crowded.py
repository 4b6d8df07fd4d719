"""Pictures that have too much of everything, drawn here: each is meant to make some detector slow."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

Pixels = np.ndarray
"""uint8 (h, w, 3), RGB."""


def noise(side: int) -> Pixels:
    grey = np.random.default_rng(1).integers(0, 256, (side, side, 1), dtype=np.uint8)
    return np.repeat(grey, 3, axis=2)


def coloured_noise(side: int) -> Pixels:
    return np.random.default_rng(2).integers(0, 256, (side, side, 3), dtype=np.uint8)


def chequers(side: int, square: int) -> Pixels:
    y, x = np.mgrid[:side, :side] // square
    return _grey((y + x) % 2 * 255)


def lines(side: int, apart: int) -> Pixels:
    y, x = np.mgrid[:side, :side]
    return _grey(np.where((x % apart == 0) | (y % apart == 0), 0, 255))


def glyphs(side: int, count: int) -> Pixels:
    """So many letters and digits, evenly over the picture."""
    a_row = round(count**0.5)
    step = side / a_row
    page, face = Image.new("RGB", (side, side), "white"), ImageFont.load_default(step * 0.8)
    draw, dice = ImageDraw.Draw(page), np.random.default_rng(3)
    letters = dice.choice(list("ABCDEFGHKLMNPRSTUVWXYZ23456789"), (a_row, a_row))
    for (row, column), letter in np.ndenumerate(letters):
        draw.text((column * step, row * step), str(letter), "black", face)
    return np.array(page)


def words(side: int, height: int) -> Pixels:
    """Rows of words, as in a book that is photographed page by page."""
    page, face = Image.new("RGB", (side, side), "white"), ImageFont.load_default(height)
    draw, dice = ImageDraw.Draw(page), np.random.default_rng(4)
    for top in range(4, side - height, round(height * 1.5)):
        row = " ".join(
            "".join(dice.choice(list("aeilnorstu"), dice.integers(3, 9))) for _ in range(side // 20)
        )
        draw.text((4, top), row, "black", face)
    return np.array(page)


def nested(side: int, apart: int) -> Pixels:
    """Rectangles, one in the other."""
    page = np.full((side, side, 3), 255, np.uint8)
    for inset in range(0, side // 2, apart):
        cv2.rectangle(page, (inset, inset), (side - 1 - inset, side - 1 - inset), (inset % 256, 0, 0), 1)
    return page


def codes(side: int, cell: int, gap: int = 8) -> Pixels:
    """Thousands of small squares of blocks, like matrix codes."""
    page = np.full((side, side, 3), 255, np.uint8)
    dice = np.random.default_rng(5)
    size = cell * 8
    for top in range(0, side - size, size + gap):
        for left in range(0, side - size, size + gap):
            blocks = dice.integers(0, 2, (8, 8), dtype=np.uint8) * 255
            page[top : top + size, left : left + size] = np.kron(blocks, np.ones((cell, cell), np.uint8))[
                ..., None
            ]
    return page


def blocks(side: int, cell: int) -> Pixels:
    """All of it in coarse blocks of chance colours."""
    few = np.random.default_rng(6).integers(0, 256, (side // cell, side // cell, 3), dtype=np.uint8)
    return np.kron(few, np.ones((cell, cell, 1), np.uint8))


def strip(width: int, height: int) -> Pixels:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def gradient(side: int) -> Pixels:
    across, down = np.meshgrid(np.linspace(0, 255, side), np.linspace(0, 255, side))
    return np.stack([across, down, 255 - across], axis=2).astype(np.uint8)


def halftone(side: int, apart: int) -> Pixels:
    y, x = np.mgrid[:side, :side]
    size = (x + y) / (2 * side) * apart * 0.7
    off = np.hypot(x % apart - apart / 2, y % apart - apart / 2)
    return _grey(np.where(off < size, 0, 255))


def tiled(pixels: Pixels, times: int, side: int) -> Pixels:
    """The picture so many times along either side."""
    cell = side // times
    small = cv2.resize(pixels, (cell, cell), interpolation=cv2.INTER_AREA)
    return np.tile(small, (times, times, 1))


def collage(pictures: list[Pixels], a_row: int, side: int) -> Pixels:
    """The pictures over and over, each as a thumbnail."""
    cell = side // a_row
    small = [cv2.resize(each, (cell, cell), interpolation=cv2.INTER_AREA) for each in pictures]
    rows = [
        np.hstack([small[(row * a_row + column) % len(small)] for column in range(a_row)])
        for row in range(a_row)
    ]
    return np.vstack(rows)


def _grey(values: np.ndarray) -> Pixels:
    return np.repeat(values.astype(np.uint8)[:, :, None], 3, axis=2)


CROWDED: Mapping[str, Callable[[], Pixels]] = {
    "noise": lambda: noise(800),
    "noise, large": lambda: noise(4000),
    "coloured noise": lambda: coloured_noise(800),
    "chequers of a pixel": lambda: chequers(800, 1),
    "chequers of two pixels": lambda: chequers(800, 2),
    "chequers of eight pixels": lambda: chequers(800, 8),
    "a fine grid": lambda: lines(800, 4),
    "a wide grid": lambda: lines(800, 16),
    "ten thousand glyphs": lambda: glyphs(3000, 10_000),
    "rows of words": lambda: words(1600, 14),
    "nested rectangles": lambda: nested(1000, 3),
    "thousands of codes": lambda: codes(1600, 2),
    "coarse blocks": lambda: blocks(800, 8),
    "a strip": lambda: strip(20_000, 1),
    "a broad strip": lambda: strip(20_000, 20),
    "a gradient": lambda: gradient(800),
    "a halftone": lambda: halftone(800, 7),
}
"""Those that need nothing but a pencil, by name."""
