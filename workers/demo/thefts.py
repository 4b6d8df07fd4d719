"""What takers do to a picture that isn't theirs."""

from collections.abc import Callable

import cv2
import numpy as np

from workers.demo.lettering import Label, Picture, Print, put

Change = Callable[[Picture, np.random.Generator], Picture]


def _cropped(picture: Picture, rng: np.random.Generator) -> Picture:
    tall, wide = picture.shape[:2]
    top, left = int(tall * rng.uniform(0.12, 0.22)), int(wide * rng.uniform(0.1, 0.2))
    return picture[top : top + int(tall * 0.62), left : left + int(wide * 0.66)].copy()


def _mirrored(picture: Picture, _: np.random.Generator) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


def _watermarked(picture: Picture, _: np.random.Generator) -> Picture:
    tall, wide = picture.shape[:2]
    label = Label((wide / 2, tall / 2), wide * 0.8, tall * 0.12)
    words = Print("SALE 50% OFF", "black", size=84, at=(0.5, 0.5), turn=-24, colour="#ffffff")
    return put(picture, words, label)


def _recoloured(picture: Picture, rng: np.random.Generator) -> Picture:
    turned = cv2.cvtColor(np.clip(picture, 0, 1).astype(np.float32), cv2.COLOR_RGB2HSV)
    turned[..., 0] = (turned[..., 0] + rng.uniform(60, 140)) % 360
    return np.asarray(cv2.cvtColor(turned, cv2.COLOR_HSV2RGB), np.float32)


def _in_a_phone(picture: Picture, _: np.random.Generator) -> Picture:
    tall, wide = picture.shape[:2]
    screen = np.full((tall * 16 // 10, wide, 3), 0.97, np.float32)
    top = tall * 3 // 10
    screen[top : top + tall] = picture
    screen[: tall // 14] = 0.08
    for row in range(4):
        y = top + tall + tall // 20 + row * tall // 16
        cv2.rectangle(screen, (wide // 20, y), (wide * (9 - row) // 10, y + tall // 50), (0.6, 0.6, 0.62), -1)
    return np.pad(screen, ((40, 40), (30, 30), (0, 0)), constant_values=0.05)


def _in_a_collage(picture: Picture, rng: np.random.Generator) -> Picture:
    tall, wide = picture.shape[:2]
    sheet = np.ones_like(picture)
    half = cv2.resize(picture, (wide // 2 - 12, tall // 2 - 12), interpolation=cv2.INTER_AREA)
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        y, x = row * tall // 2 + 6, column * wide // 2 + 6
        tint = rng.uniform(0.3, 0.9, 3)
        sheet[y : y + tall // 2 - 12, x : x + wide // 2 - 12] = half if (row, column) == (1, 0) else tint
    return np.asarray(sheet, np.float32)


THEFTS: dict[str, Change] = {
    "cropped": _cropped,
    "mirrored": _mirrored,
    "watermarked": _watermarked,
    "recoloured": _recoloured,
    "in a phone": _in_a_phone,
    "in a collage": _in_a_collage,
}
