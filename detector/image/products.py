"""Which product a picture shows, where a maker's products share one dress and differ in a colour and a word.

Local features find the dress: they agree as well on an apple juice as on the orange juice beside it. So the
picture is then laid over the reference, in thumbnails, and compared all over the package: its colours, once
light and tint are evened out, and the structure of its brightness. Hands and highlights cover parts of a
package, so no pixel can count for more than a miss.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.appearance import Appearance
from detector.image.decoding import Pixels
from detector.image.geometry import Alignment
from detector.image.thumbnails import between

Mask = NDArray[np.bool_]
Outline = tuple[tuple[float, float], ...]

PLAIN = 6  # grey levels: what differs less from the median of the border is the reference's ground
FEWEST_PIXELS = 30  # of a package in view, below which colours say nothing
GAMMA = 2.2
MOST_GAIN = 2.0  # e-foldings by which light may differ
TINT, LIGHT = 12.0, 20.0  # in CIELAB: what equal colours differ by in two pictures
OCCLUDED = 0.1  # the likelihood that anything else lies there, a hand say
WINDOW = 11  # pixels
ONE_PLACE = 0.3  # overlap of two outlines that show one package
QUIET = 25.0  # variance below which brightness has no structure


@dataclass(frozen=True, slots=True, eq=False)
class Recognised:
    """The candidate of that number, recognised.

    `score`, 0 to 1, is how surely the picture shows this very product, rather than another in its dress.
    `colours` is the mean log likelihood of a pixel, about 0 at best; `structure` the mean correlation of
    brightness, -1 to 1.
    """

    number: int
    alignment: Alignment
    colours: float
    structure: float
    score: float


def recognised(candidates: Sequence[tuple[Appearance, Alignment]], picture: Appearance) -> list[Recognised]:
    """The candidates, references and where each lies in the picture, the likeliest first.

    Those that lie at one place compete: the place whose dress is found most surely comes first, with the
    likeliest product of that dress before the others.
    """
    found = []
    for number, (reference, alignment) in enumerate(candidates):
        colours, structure = likeness(reference, picture, alignment)
        sure = score(alignment.rarity, colours, structure)
        found.append(Recognised(number, alignment, colours, structure, sure))
    left = sorted(found, key=lambda one: -one.alignment.rarity)
    ranked: list[Recognised] = []
    while left:
        there = [one for one in left if one_place(one.alignment.outline, left[0].alignment.outline)]
        ranked += sorted(there, key=lambda one: -one.score)
        left = [one for one in left if one not in there]
    return ranked


def one_place(one: Outline, other: Outline) -> bool:
    """Whether two outlines show one thing, by the intersection over union of the boxes around them."""
    if one is other:
        return True
    (left, top), (right, bottom) = np.min(one, axis=0), np.max(one, axis=0)
    (left_, top_), (right_, bottom_) = np.min(other, axis=0), np.max(other, axis=0)
    across = max(0.0, min(right, right_) - max(left, left_))
    down = max(0.0, min(bottom, bottom_) - max(top, top_))
    areas = (right - left) * (bottom - top) + (right_ - left_) * (bottom_ - top_)
    return bool(across * down >= ONE_PLACE * max(areas - across * down, 1e-9))


def likeness(reference: Appearance, picture: Appearance, alignment: Alignment) -> tuple[float, float]:
    """How alike the colours are and the structure, as `Recognised` tells them."""
    plate = reference.thumbnail
    laid, seen = _laid(picture, reference, alignment)
    seen &= subject(plate)
    if seen.sum() < FEWEST_PIXELS:
        return float(np.log(OCCLUDED)), 0.0
    return _colours(plate, laid, seen), _structure(plate, laid, seen)


def score(rarity: float, colours: float, structure: float) -> float:
    """How surely it is the product, 0 to 1: a logistic of three measures, which also ranks.

    Fitted on photos of 15 of the products that `detector evaluate` measures in its part `packaging`.
    """
    rare = np.log(max(rarity, 1.0))
    return float(1 / (1 + np.exp(-(BIAS + RARE * rare + COLOURS * colours + STRUCTURE * structure))))


DRESS = 8.0  # the rarity from which a product of this dress, this one or a sibling, is surely there
SURE = 0.5  # the score from which another of the same maker is hardly taken for it
BIAS, RARE, COLOURS, STRUCTURE = -1.38, 0.98, 3.61, 3.25


def subject(plate: Pixels) -> Mask:
    """Where a studio picture shows its subject: all but the plain ground that its border lies in.

    All of a picture that has no plain ground, or nothing else.
    """
    border = np.concatenate([plate[0], plate[-1], plate[:, 0], plate[:, -1]])
    ground = np.median(border, axis=0).astype(int).tolist()
    framed = cv2.copyMakeBorder(plate, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=ground)
    filled = np.zeros((framed.shape[0] + 2, framed.shape[1] + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY | (255 << 8)
    cv2.floodFill(framed, filled, (0, 0), (0,), (PLAIN,) * 3, (PLAIN,) * 3, flags)
    mask: Mask = filled[2:-2, 2:-2] == 0
    return mask if mask.mean() > 0.02 else np.ones_like(mask)


def _laid(picture: Appearance, reference: Appearance, alignment: Alignment) -> tuple[Pixels, Mask]:
    """The picture's thumbnail as it lies over the reference's, and where it has pixels."""
    plate, view = reference.thumbnail, picture.thumbnail
    transform = between(reference, picture, alignment.transform)
    size = plate.shape[1], plate.shape[0]
    laid = cv2.warpPerspective(view, transform, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    whole = np.full(view.shape[:2], 255, np.uint8)
    inside = cv2.warpPerspective(whole, transform, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    return laid.astype(np.uint8), inside > 0


def _colours(plate: Pixels, laid: Pixels, seen: Mask) -> float:
    own, other = _linear(plate[seen]), _linear(laid[seen])
    gain = np.exp(np.clip(np.median(np.log(own / other), axis=0), -MOST_GAIN, MOST_GAIN))
    evened = np.clip((other * gain) ** (1 / GAMMA), 0, 1)
    light, *tint = (_lab(plate[seen] / 255) - _lab(evened)).T
    off = (tint[0] ** 2 + tint[1] ** 2) / TINT**2 + light**2 / LIGHT**2
    return float(np.log(OCCLUDED + np.exp(-off / 2)).mean())


def _linear(colours: NDArray[np.uint8]) -> NDArray[np.float64]:
    return (colours / 255 + 0.01) ** GAMMA


def _lab(colours: NDArray[np.float64]) -> NDArray[np.float32]:
    converted: NDArray[np.float32] = cv2.cvtColor(colours[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]
    return converted


def _structure(plate: Pixels, laid: Pixels, seen: Mask) -> float:
    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return cv2.boxFilter(values, -1, (WINDOW, WINDOW)).astype(np.float32)

    one, two = _grey(plate), _grey(laid)
    here, there = mean(one), mean(two)
    varied = np.maximum(mean(one * one) - here**2, 0) + QUIET
    varies = np.maximum(mean(two * two) - there**2, 0) + QUIET
    return float(((mean(one * two) - here * there) / np.sqrt(varied * varies))[seen].mean())


def _grey(pixels: Pixels) -> NDArray[np.float32]:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
