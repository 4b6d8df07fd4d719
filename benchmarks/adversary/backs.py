"""The back of a package: what it says of itself, with its codes and marks, drawn and photographed."""

from dataclasses import dataclass
from random import Random

import numpy as np
from reportlab.graphics.barcode.eanbc import Ean13BarcodeWidget

from workers.demo.lettering import Label, Picture, Print, letters, put, rgb
from workers.demo.packages import set_down

_WIDE, _TALL = 600, 640
_EDGE, _INK = 36, "#1c1f24"
_GROUNDS = ("white", "wood", "#cfd8dc", "#e8dfd0")
_CARDS = ("#fbfaf6", "#e9eef2", "#f3ead8")
_BARS = 113
"""Modules of an EAN-13 with its quiet zones."""


@dataclass(frozen=True, slots=True)
class Back:
    """`article` is 8 to 14 digits; `contents` what is in it ('pack size: 90'); `drawn_together` sets the
    letters of its marks closer than they are meant to stand.
    """

    brand: str
    product: str
    contents: tuple[str, ...] = ()
    model: str | None = None
    serial: str | None = None
    article: str | None = None
    made: str = ""
    expires: str = ""
    marks: tuple[str, ...] = ()
    drawn_together: bool = False

    def lines(self) -> list[str]:
        """What stands on it in small print."""
        told = (("REF", self.model), ("S/N", self.serial), ("MFG", self.made), ("EXP", self.expires))
        return [*self.contents, *(f"{name} {value}" for name, value in told if value)]


def photographed(back: Back, size: int, dice: Random) -> Picture:
    """Held before a camera, its small print `size` pixels high."""
    front: Picture = np.empty((_TALL, _WIDE, 3), np.float32)
    front[:] = rgb(dice.choice(_CARDS))
    y = 60.0
    for text, face, height in ((back.brand, "black", 44), (back.product, "sans", 26)):
        front = _line(front, Print(text, face, height), y)
        y += height * 1.5
    y += 8
    for text in back.lines():
        front = _line(front, Print(text, "light", size), y)
        y += max(size * 1.6, 24)
    for at, mark in enumerate(back.marks):
        tracking = -0.16 if back.drawn_together else 0.12
        words = Print(mark, "black", round(size * 1.5), tracking=tracking)
        front = _line(front, words, _TALL - 190 - at * size * 2, right=True)
    if back.article:
        front = _barcode(front, back.article, size)
    numbers = np.random.default_rng(dice.randrange(2**32))
    return set_down(front, dice.choice(_GROUNDS), numbers, 18, 0.94)


def _line(front: Picture, words: Print, y: float, *, right: bool = False) -> Picture:
    """The words at the left edge, or the right one; no wider than the back."""
    height = words.size or 1
    width = letters(words.text, words.face, height, words.tracking).shape[1]
    room = _WIDE - 2 * _EDGE
    if width > room:
        height, width = max(8, round(height * room / width)), room
    x = _WIDE - _EDGE - width / 2 if right else _EDGE + width / 2
    placed = Print(words.text, words.face, height, (x / _WIDE, y / _TALL), tracking=words.tracking)
    return put(front, placed, Label((x, y), width, height, ink=_INK))


def _barcode(front: Picture, article: str, size: int) -> Picture:
    """Bars as GS1 draws them, where the number has a digit for each, and the number below."""
    module = 3 if size > 16 else 2
    left, top, tall = _EDGE, _TALL - 130, 76
    digits = article.zfill(13)
    if len(digits) == 13:
        front = front.copy()
        front[top - 6 : top + tall + 40, left : left + _BARS * module] = 1
        # Its last digit is computed: what is no check digit is printed, and not in the bars.
        drawn = Ean13BarcodeWidget(digits[:12], humanReadable=0, barWidth=1).draw()
        for bar in drawn.contents[1:]:
            start = left + round(bar.x) * module
            front[top : top + tall, start : start + round(bar.width) * module] = rgb(_INK)
    middle = (left + _BARS * module / 2) / _WIDE, (top + tall + 20) / _TALL
    below = Print(article, "light", max(size, 14), middle)
    return put(front, below, Label((0, 0), _BARS * module, 24, ink=_INK))
