"""Cartons: each brand's in a dress of its own, and those of others that wear it too."""

import cv2
import numpy as np

from workers.demo.brands import LOOKS
from workers.demo.emblems import Stamp, stamp
from workers.demo.lettering import Cover, Label, Picture, Print, put, rgb
from workers.demo.shades import ink, shade
from workers.demo.studio import SIDE, backdrop, photo

_WIDE, _TALL = 480, 640
_PHOTOS = (
    "astronaut", "brick", "coins", "colorwheel", "gravel", "hubble_deep_field", "immunohistochemistry",
    "microaneurysms", "moon", "retina",
)  # fmt: skip
"""One a brand, and none that another picture of the sample shows."""
_BAND = (0.5, 0.2)
"""Where the name stands: the middle in shares of the front."""


def dress(brand: str) -> Picture:
    """The front of the brand's carton without a name: rays, waves, rounds and a picture, in its colours."""
    look, number = LOOKS[brand], sorted(LOOKS).index(brand)
    rng = np.random.default_rng([7, number])
    ys, xs = np.mgrid[0:_TALL, 0:_WIDE].astype(np.float32)
    base, pale, deep = rgb(look.colour), rgb(shade(look.colour, 1.7)), rgb(shade(look.colour, 0.45))
    front: Picture = np.empty((_TALL, _WIDE, 3), np.float32)
    front[:] = base + (pale - base) * (ys / _TALL)[..., None] * 0.6
    x, y = rng.uniform(0.2, 0.8) * _WIDE, rng.uniform(0.45, 0.7) * _TALL
    angle = np.arctan2(ys - y, xs - x)
    rays = (np.sin(angle * rng.integers(9, 19) + rng.uniform(0, 6)) > 0.3)[..., None]
    front = np.where(rays, front * 0.55 + pale * 0.45, front)
    wave = ys - _TALL * rng.uniform(0.68, 0.8) - rng.uniform(12, 34) * np.sin(xs / rng.uniform(28, 70))
    front = np.where((wave > 0)[..., None], deep, front)
    for _ in range(rng.integers(5, 10)):
        centre = int(rng.uniform(0, _WIDE)), int(rng.uniform(0.35, 1) * _TALL)
        tint = [float(c) for c in np.clip(pale + rng.uniform(-0.4, 0.3, 3), 0, 1)]
        cv2.circle(front, centre, int(rng.uniform(8, 46)), tint, -1, cv2.LINE_AA)
    side = int(rng.uniform(180, 240))
    shot = np.asarray(photo(_PHOTOS[number]).resize((side, side)), np.float32) / 255
    left, top = int(x - side / 2), int(y - side / 2)
    left, top = int(np.clip(left, 0, _WIDE - side)), int(np.clip(top, 0, _TALL - side))
    place = slice(top, top + side), slice(left, left + side)
    front[place] += (shot - front[place]) * _disc(side)[..., None]
    cv2.rectangle(front, (24, 70), (_WIDE - 24, 186), [float(c) for c in pale], -1, cv2.LINE_AA)
    return np.asarray(front, np.float32)


def _disc(side: int) -> Cover:
    """A disc that fills a square of that side."""
    ys, xs = np.mgrid[0:side, 0:side].astype(np.float32) - (side - 1) / 2
    return np.asarray(np.clip(side / 2 - 1 - np.hypot(xs, ys), 0, 1), np.float32)


def carton(
    brand: str, words: tuple[Print, ...], ground: str, rng: np.random.Generator, held: bool
) -> Picture:
    """The carton with those words in its band: squarely in the studio, or `held` before a camera."""
    look = LOOKS[brand]
    front: Picture = dress(brand)
    label = Label((_BAND[0] * _WIDE, _BAND[1] * _TALL), _WIDE - 90, 84, ink=ink(shade(look.colour, 1.7)))
    for each in words:
        front = put(front, each, label)
    if not held:
        front = stamp(front, Stamp(brand, (0.85, 0.9), 90), rng)
    return set_down(front, ground, rng, 46 if held else 4, 0.9 if held else 1.0)


def set_down(
    front: Picture, ground: str, rng: np.random.Generator, askew: float, dim: float = 1.0
) -> Picture:
    """A front of a package, no larger than the picture, on the `ground` backdrop: its corners up to `askew`
    pixels off, the light falling to `dim` at its right.
    """
    tall, wide = front.shape[:2]
    corners = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32)
    shift = rng.uniform(-askew, askew, (4, 2))
    target = corners + np.array([(SIDE - wide) / 2, (SIDE - tall) / 2]) + shift
    placing = cv2.getPerspectiveTransform(corners, target.astype(np.float32))
    cover = cv2.warpPerspective(np.ones((tall, wide), np.float32), placing, (SIDE, SIDE))
    placed = cv2.warpPerspective(front, placing, (SIDE, SIDE), flags=cv2.INTER_AREA)
    shadow = cv2.GaussianBlur(np.roll(cover, (14, 10), (0, 1)), (0, 0), 16)[..., None]
    behind = backdrop(ground, rng) * (1 - 0.4 * shadow)
    light = np.linspace(1.05, dim, SIDE, dtype=np.float32)[None, :, None]
    return np.asarray(behind + (np.clip(placed * light, 0, 1) - behind) * cover[..., None], np.float32)


def campaign(brand: str) -> Picture:
    """The brand's own picture for its shop windows: always the same, as it is the one that others take."""
    look, number = LOOKS[brand], sorted(LOOKS).index(brand)
    rng = np.random.default_rng([11, number])
    scene: Picture = np.asarray(photo(_PHOTOS[number]), np.float32)[:, ::-1] / 255
    ys, xs = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    slope = (ys + xs * rng.uniform(-0.5, 0.5) - SIDE * rng.uniform(0.6, 0.7) > 0)[..., None]
    scene = np.where(slope, rgb(look.colour) * 0.9 + scene * 0.1, scene)
    label = Label((SIDE * 0.5, SIDE * 0.84), SIDE * 0.7, 110, ink=ink(look.colour))
    scene = put(scene, Print(look.wordmark, look.face), label)
    return stamp(scene, Stamp(brand, (0.84, 0.16), 170), rng)
