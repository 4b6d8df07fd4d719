"""Cartons drawn for tests, and a photo of one in a hand."""

import cv2
import numpy as np

from detector.image.products import subject

ORANGE, APPLE, GRAPE = (235, 140, 20), (120, 190, 40), (120, 30, 110)


def package(colour: tuple[int, int, int], maker: int = 0) -> np.ndarray:
    """A carton on white: the maker's dress in grey, and the fruit of this one in a colour."""
    rng = np.random.default_rng(maker)
    pixels = np.full((400, 300, 3), 255, np.uint8)
    cv2.rectangle(pixels, (60, 20), (240, 380), (205, 205, 215), -1)
    for _ in range(12):
        word = "".join(rng.choice(list("BCDEFGJKLNPQRSZ2457"), 4))
        at = int(rng.integers(62, 160)), int(rng.integers(50, 230))
        cv2.putText(pixels, word, at, 0, 0.8, rng.integers(0, 120, 3).tolist(), 2, cv2.LINE_AA)
    cv2.circle(pixels, (150, 300), 65, colour, -1)
    cv2.rectangle(pixels, (60, 20), (240, 50), colour, -1)
    return pixels


def photo(
    pixels: np.ndarray,
    light: tuple[float, float, float] = (0.7, 0.65, 0.5),
    hand: bool = True,
    shelf_of: int = 9,
) -> np.ndarray:
    """The package before a shelf, held by a hand, in yellowish light."""
    rng = np.random.default_rng(shelf_of)
    shelf = cv2.resize(rng.integers(60, 200, (12, 15, 3), dtype=np.uint8), (600, 500))
    turn = cv2.getRotationMatrix2D((150, 200), 12, 0.9)
    turn[:, 2] += (150, 50)
    mask = cv2.warpAffine(subject(pixels).astype(np.uint8), turn, (600, 500)) > 0
    shelf[mask] = cv2.warpAffine(pixels, turn, (600, 500))[mask]
    if hand:
        cv2.ellipse(shelf, (240, 330), (60, 35), 20, 0, 360, (210, 160, 130), -1)
    return (shelf * np.array(light)).astype(np.uint8)
