"""Marks to train on: freely licensed logos and wordmarks as pictures with transparency.

The brands of FlickrLogos-27, on which the project is measured, are left out wherever a name gives them away.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import resvg_py
import wordfreq
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SIDE = 96
"""The longer side of a mark in pixels; a crop is never embedded larger than two thirds of that."""

HELD_OUT = frozenset(
    (
        "adidas",
        "apple",
        "bmw",
        "citroen",
        "cocacola",
        "coca",
        "dhl",
        "fedex",
        "ferrari",
        "ford",
        "google",
        "heineken",
        "hp",
        "mcdonald",
        "mcdonalds",
        "mini",
        "nbc",
        "nike",
        "pepsi",
        "porsche",
        "puma",
        "redbull",
        "sprite",
        "starbucks",
        "intel",
        "texaco",
        "unicef",
        "vodafone",
        "yahoo",
    )
)
COLOURED = ("logos", "devicon", "skill-icons", "token-branded", "cryptocurrency-color", "circle-flags")
SINGLE_COLOUR = ("cib", "fa6-brands", "bxl")

Rgba = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """`key` is shared by designs of one brand, which are no negatives of each other. `single` marks take any
    colour."""

    key: str
    picture: Rgba
    single: bool


def marks(modules: Path, words: int, seed: int) -> Iterator[Mark]:
    """All marks under a `node_modules` folder, and as many wordmarks as asked for in its fonts."""
    for file in sorted((modules / "simple-icons" / "icons").glob("*.svg")):
        yield from _drawn(file.stem, file.read_text(encoding="utf-8"), single=True)
    for collection in (*COLOURED, *SINGLE_COLOUR):
        folder = modules / "@iconify-json" / collection
        icons = json.loads((folder / "icons.json").read_text(encoding="utf-8"))
        for name, icon in icons["icons"].items():
            width, height = (icon.get(side, icons.get(side, 16)) for side in ("width", "height"))
            svg = (
                f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
                f'viewBox="{icon.get("left", 0)} {icon.get("top", 0)} {width} {height}">{icon["body"]}</svg>'
            )
            yield from _drawn(name, svg, single=collection in SINGLE_COLOUR)
    yield from _wordmarks(
        sorted((modules / "@fontsource").glob("*/files/*-latin-400-normal.woff")), words, seed
    )


def held_out(name: str) -> bool:
    """Whether the name is one of the brands that the project is measured on."""
    tokens = re.split(r"[^a-z0-9]+", name.lower())
    flat = "".join(tokens)
    return any(token in HELD_OUT for token in tokens) or any(
        flat.startswith(brand) for brand in HELD_OUT if len(brand) > 4
    )


def _drawn(name: str, svg: str, *, single: bool) -> Iterator[Mark]:
    if held_out(name):
        return
    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, width=2 * SIDE, skip_system_fonts=True)
    except (ValueError, RuntimeError):  # a file that the renderer doesn't take: one of thousands
        return
    picture = _fitted(np.asarray(Image.open(BytesIO(bytes(png))).convert("RGBA")))
    if picture is not None:
        yield Mark(_key(name), picture, single)


def _wordmarks(fonts: list[Path], number: int, seed: int) -> Iterator[Mark]:
    chance = random.Random(seed)
    common = [
        w for w in wordfreq.top_n_list("en", 12_000) if w.isascii() and w.isalpha() and 3 <= len(w) <= 10
    ]
    for _ in range(number):
        word = chance.choice(common)
        if held_out(word):
            continue
        text = chance.choice((word, word.title(), word.upper()))
        font = ImageFont.truetype(str(chance.choice(fonts)), 64)
        left, top, right, bottom = font.getbbox(text)
        canvas = Image.new("L", (int(right - left) + 8, int(bottom - top) + 8))
        ImageDraw.Draw(canvas).text((4 - left, 4 - top), text, fill=255, font=font)
        alpha = np.asarray(canvas)
        picture = _fitted(np.dstack([np.zeros((*alpha.shape, 3), np.uint8), alpha]))
        if picture is not None:
            yield Mark(f"word {word}", picture, single=True)


def _fitted(picture: Rgba) -> Rgba | None:
    """Cut to what is not transparent and scaled to SIDE; None for an empty or extremely long one."""
    rows, columns = np.nonzero(picture[..., 3] > 40)
    if len(rows) < 30:
        return None
    picture = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = picture.shape[:2]
    if max(height, width) > 8 * min(height, width):
        return None
    scale = SIDE / max(height, width)
    size = max(8, round(width * scale)), max(8, round(height * scale))
    opaque = picture.astype(np.float32)
    opaque[..., :3] *= opaque[..., 3:] / 255
    opaque = cv2.resize(opaque, size, interpolation=cv2.INTER_AREA)
    opaque[..., :3] /= np.maximum(opaque[..., 3:], 1) / 255
    return np.clip(opaque, 0, 255).astype(np.uint8)


def _key(name: str) -> str:
    return re.split(r"[^a-z0-9]+", name.lower())[0]
