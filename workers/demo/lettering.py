"""Words printed on a picture, openly or so that shoppers see them and scanners miss them."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from workers.demo.fonts import typeface

Picture = NDArray[np.floating[Any]]
"""Height × width × 3, RGB, 0 to 1."""

Cover = NDArray[np.floating[Any]]
"""How far each pixel is covered, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Print:
    """Words on a picture.

    `size` is the height of the letters in pixels; without it the words fill the product's own label. `at` is
    the middle, as shares of width and height; without it the label's. `turn` is in degrees clockwise. `bend`
    bows the baseline by that share of the words' length. `contrast` prints in the ground's own colour, that
    many grey levels (of 255) lighter or darker. `tracking` is space between letters in shares of the size.
    """

    text: str
    face: str = "sans"
    size: int | None = None
    at: tuple[float, float] | None = None
    turn: float = 0
    mirrored: bool = False
    bend: float = 0
    contrast: int | None = None
    colour: str | None = None
    tracking: float = 0.0


@dataclass(frozen=True, slots=True)
class Label:
    """Where a product carries its name: the middle, the room there in pixels, its turn and how it bows."""

    centre: tuple[float, float]
    width: float
    height: float
    turn: float = 0
    bend: float = 0
    ink: str = "#20242c"


def letters(text: str, face: str, height: int, tracking: float = 0.0) -> Cover:
    """The words as coverage, 0 to 1, cropped to the ink with a small margin."""
    font = typeface(face, height)
    step = tracking * height
    pieces = list(text) if step else [text]
    width = sum(font.getlength(piece) + step for piece in pieces)
    sheet = Image.new("L", (int(width) + height, height * 2), 0)
    pen, x = ImageDraw.Draw(sheet), height / 2
    for piece in pieces:
        pen.text((x, height), piece, fill=255, font=font, anchor="lm")
        x += font.getlength(piece) + step
    box = sheet.getbbox() or (0, 0, 1, 1)
    sheet = sheet.crop((box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2))
    return np.asarray(sheet, np.float32) / 255


def bowed(ink: Cover, bend: float) -> Cover:
    """The words along an arc that sags by `bend` times their length, as round a mug or over a badge."""
    height, width = ink.shape
    sag = bend * width
    out = np.zeros((int(height + abs(sag)) + 2, width), np.float32)
    ys, xs = np.mgrid[0 : out.shape[0], 0:width].astype(np.float32)
    across = (xs - width / 2) / (width / 2)
    drop = sag * (1 - across**2) if sag >= 0 else -sag * across**2
    return np.asarray(cv2.remap(ink, xs, (ys - drop).astype(np.float32), cv2.INTER_LINEAR), np.float32)


def put(picture: Picture, words: Print, label: Label) -> Picture:
    """The picture with the words on it, taking up its light and shade."""
    tall, wide = picture.shape[:2]
    scale = 4  # drawn large and shrunk once, so that small letters stay clean
    ink = letters(words.text, words.face, (words.size or 64) * scale, words.tracking)
    if bend := words.bend or label.bend:
        ink = bowed(ink, bend)
    if words.mirrored:
        ink = np.ascontiguousarray(ink[:, ::-1])
    fit = 1 / scale if words.size else min(label.width / ink.shape[1], label.height / ink.shape[0])
    x, y = (words.at[0] * wide, words.at[1] * tall) if words.at else label.centre
    angle = np.deg2rad(words.turn + (0 if words.at else label.turn))
    cos, sin = np.cos(angle) * fit, np.sin(angle) * fit
    middle = np.array([[cos, -sin], [sin, cos]]) @ np.array([ink.shape[1] / 2, ink.shape[0] / 2])
    placing = np.array([[cos, -sin, x - middle[0]], [sin, cos, y - middle[1]]], np.float32)
    if fit < 0.7:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.42 / fit), np.float32)
    cover = cv2.warpAffine(ink, placing, (wide, tall), flags=cv2.INTER_LINEAR)[..., None]
    if words.contrast is not None:
        colour = picture + words.contrast / 255
    else:
        light = cv2.GaussianBlur(picture.mean(axis=2), (0, 0), 9)[..., None]
        here = float((light * cover).sum() / max(cover.sum(), 1e-6))
        tint = rgb(words.colour or label.ink)
        colour = tint * np.clip(light / max(here, 0.05), 0.6, 1.3)
    return np.asarray(picture + (np.clip(colour, 0, 1) - picture) * cover * 0.96, np.float32)


def rgb(colour: str) -> NDArray[np.floating[Any]]:
    """'#rrggbb' as three shares of 1."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
