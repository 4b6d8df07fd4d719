"""PDQ, the perceptual hash of whole pictures, in all eight turns at once.

The method and its constants are those of Facebook's "TMK+PDQF: A Test-Drive of Facebook's Perceptual Hash
Algorithms" (2019): luminance, two passes of a box filter (Jarosz) down to 64 by 64, the lowest 16 by 16
frequencies of a DCT without the constant ones, each a bit that says whether it is above their median. Two
pictures are taken for the same up to a distance of about 31 bits where both have a quality of 50 or more.

Turns could be had from the signs of one DCT, as the original does. But its samples lie up to a pixel off
the middle, which on a picture of 224 pixels costs 25 bits of 256, nearly all that a copy is allowed; so every
turn is hashed as if the turned picture had come.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.image.decoding import Pixels

BITS = 256
TURNS = 8
MIRRORED = 4  # the first of the turns that are mirrored

_SIDE = 64
_FREQUENCIES = 16
_LARGEST = 512  # pixels a side: the hash sees 64 of them, and a large picture would take its time
_SMALLEST = 5
_DCT = np.sqrt(2 / _SIDE) * np.cos(
    np.pi / (2 * _SIDE) * np.outer(np.arange(1, _FREQUENCIES + 1), 2 * np.arange(_SIDE) + 1)
)

Plane = NDArray[np.float32]


def pdq_hashes(pixels: Pixels) -> tuple[NDArray[np.uint8], int]:
    """The hashes of an RGB picture, uint8 (8, 32), and their quality from 0 (flat) to 100.

    Row k < 4 is the picture turned by k quarters anticlockwise; row 4 + k is its mirror image, left for
    right, turned so. A picture of fewer than 5 pixels a side has zeros of quality 0.
    """
    if min(pixels.shape[:2]) < _SMALLEST:
        return np.zeros((TURNS, BITS // 8), dtype=np.uint8), 0
    luma: Plane = _scaled(pixels).astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    upright, mirrored, flipped, turned = (
        _frequencies(luma[::down, ::across]) for down, across in ((1, 1), (1, -1), (-1, 1), (-1, -1))
    )
    turns = (upright, mirrored.T, turned, flipped.T, mirrored, upright.T, flipped, turned.T)
    return np.stack([_bits(frequencies) for frequencies in turns]), _quality(_downsampled(luma))


def distances(hashes: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Differing bits of each of (n, 32) against each of (m, 32), as (n, m)."""
    differing: NDArray[np.uint8] = np.bitwise_count(hashes[:, None] ^ others[None])
    return np.asarray(differing.sum(axis=2, dtype=np.int64))


def _scaled(pixels: Pixels) -> Pixels:
    scale = _LARGEST / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    width, height = (max(_SMALLEST, round(side * scale)) for side in pixels.shape[1::-1])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _frequencies(luma: Plane) -> NDArray[np.float64]:
    return np.asarray(_DCT @ _downsampled(np.ascontiguousarray(luma)) @ _DCT.T)


def _downsampled(luma: Plane) -> Plane:
    height, width = luma.shape
    window = (-(-width // (2 * _SIDE)), -(-height // (2 * _SIDE)))
    inside = _summed(np.ones_like(luma), window)  # at the edge only what lies in the picture counts
    for _ in range(2):
        luma = _summed(luma, window) / inside
    rows, columns = (((np.arange(_SIDE) + 0.5) * side / _SIDE).astype(int) for side in (height, width))
    return np.asarray(luma[np.ix_(rows, columns)])


def _summed(plane: Plane, window: tuple[int, int]) -> Plane:
    anchor = ((window[0] - 1) // 2, (window[1] - 1) // 2)
    return np.asarray(
        cv2.boxFilter(plane, -1, window, anchor=anchor, normalize=False, borderType=cv2.BORDER_CONSTANT),
        dtype=np.float32,
    )


def _bits(frequencies: NDArray[np.float64]) -> NDArray[np.uint8]:
    flat = frequencies.ravel()
    median = np.partition(flat, BITS // 2 - 1)[BITS // 2 - 1]
    return np.packbits((flat > median)[::-1])


def _quality(small: Plane) -> int:
    """How steep the 64 by 64 picture is: steps of less than a hundredth of the range count for nothing."""
    steps = sum(int(np.abs(np.trunc(np.diff(small, axis=axis) * 100 / 255)).sum()) for axis in (0, 1))
    return min(100, steps // 90)
