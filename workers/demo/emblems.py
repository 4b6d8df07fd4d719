"""Emblems on goods: stamped openly, in one colour, turned, mirrored, or stamped and then hidden."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from PIL import Image, ImageDraw

from workers.demo.brands import LOOKS, STRANGERS
from workers.demo.lettering import Cover, Picture, rgb
from workers.demo.shades import shade

_SIDE = 400


class Hiding(StrEnum):
    """How a seller keeps an emblem from being found, so that buyers still guess it."""

    BLUR = "blur"
    PIXELS = "pixels"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The emblem of a brand, or of a stranger, on a picture.

    `at` is its middle in shares of width and height, `size` its pixels a side. `colour` draws it in that one
    colour; without it the brand's own are used. `turn` is in degrees clockwise.
    """

    brand: str
    at: tuple[float, float]
    size: int = 120
    turn: float = 0
    mirrored: bool = False
    colour: str | None = None
    hidden: Hiding | None = None


def emblem(brand: str, colour: str | None = None) -> tuple[Picture, Cover]:
    """The emblem's colours, and how far it covers each pixel of a square."""
    look = LOOKS.get(brand) or STRANGERS[brand]
    picture: Picture = np.zeros((_SIDE, _SIDE, 3), np.float32)
    cover: Cover = np.zeros((_SIDE, _SIDE), np.float32)
    inks = [colour, None] if colour else [look.colour, shade(look.colour, 1.6)]
    for number, shape in enumerate(look.emblem):
        points = [float(number) * _SIDE / 100 for number in shape.replace(",", " ").split()]
        sheet = Image.new("L", (_SIDE, _SIDE))
        ImageDraw.Draw(sheet).polygon(points, fill=255)
        part = np.asarray(sheet, np.float32) / 255
        ink = inks[min(number, 1)]
        if ink is None:  # in one colour, what lies over the first shape is cut out of it
            cover = np.where(cover > 0, cover * (1 - part), part)
            picture[:] = rgb(colour or "#000000")
            continue
        picture = picture * (1 - part[..., None]) + rgb(ink) * part[..., None]
        cover = np.maximum(cover, part)
    return picture, cover


def stamp(picture: Picture, wanted: Stamp, rng: np.random.Generator) -> Picture:
    """The picture with the emblem printed on it."""
    colours, cover = emblem(wanted.brand, wanted.colour)
    if wanted.mirrored:
        colours, cover = colours[:, ::-1], cover[:, ::-1]
    printed = laid(picture, colours, cover, wanted.at, wanted.size, turn=wanted.turn)
    return _hidden(printed, wanted, rng) if wanted.hidden else printed


def laid(
    picture: Picture, colours: Picture, cover: Cover, at: tuple[float, float], size: int, *, turn: float = 0
) -> Picture:
    """The picture with a mark on it, which takes up its light and shade; `at`, `size` of the mark's longer
    side and `turn` as in `Stamp`."""
    tall, wide = picture.shape[:2]
    high, across = cover.shape
    scale = size / max(cover.shape)
    placing = cv2.getRotationMatrix2D((across / 2, high / 2), -turn, scale)
    placing[0, 2] += at[0] * wide - across / 2
    placing[1, 2] += at[1] * tall - high / 2
    blur = max(0.42 / scale, 0.1)
    soft = cv2.GaussianBlur(np.dstack([colours, cover]).astype(np.float32), (0, 0), blur)
    ink = cv2.warpAffine(soft, placing, (wide, tall), flags=cv2.INTER_LINEAR)
    light = np.clip(cv2.GaussianBlur(picture.mean(axis=2), (0, 0), 9)[..., None] / 0.8, 0.7, 1.15)
    printed = picture + (np.clip(ink[..., :3] * light, 0, 1) - picture) * ink[..., 3:] * 0.96
    return np.asarray(printed, np.float32)


def _hidden(picture: Picture, wanted: Stamp, rng: np.random.Generator) -> Picture:
    tall, wide = picture.shape[:2]
    reach = round(wanted.size * 0.62)
    x, y = round(wanted.at[0] * wide), round(wanted.at[1] * tall)
    patch = slice(max(y - reach, 0), y + reach), slice(max(x - reach, 0), x + reach)
    out = picture.copy()
    part = out[patch]
    if wanted.hidden is Hiding.BLUR:
        out[patch] = cv2.GaussianBlur(part, (0, 0), wanted.size / 9)
    elif wanted.hidden is Hiding.PIXELS:
        cells = 8
        small = cv2.resize(part, (cells, cells), interpolation=cv2.INTER_AREA)
        out[patch] = cv2.resize(small, part.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    else:
        colour = [float(value) for value in rng.uniform(0.1, 0.95, 3)]
        box = cv2.boxPoints(((x, y), (2 * reach, 1.5 * reach), float(rng.uniform(-14, 14))))
        cv2.fillPoly(out, [np.round(box).astype(np.int32)], colour, lineType=cv2.LINE_AA)
    return np.asarray(out, np.float32)
