"""PDQ hashes in bands, so that those which are near each other are found without comparing all.

A hash is kept in thirteen bands: hashes that differ in up to twelve bits have at least one band in common,
and of those that differ in 22 nine in ten have (multi-index hashing, Norouzi and others, 2012).
"""

import numpy as np
from numpy.typing import NDArray

from detector.image.hashes import BITS

ALIKE = 22
"""Bits: of 500 photos of a shop's goods none lies nearer to another than 24, but for the same one again."""
_BANDS = 13
_BAND_OF_BIT = np.arange(BITS) * _BANDS // BITS
_FIRSTS = np.searchsorted(_BAND_OF_BIT, np.arange(_BANDS))
_WORTH = 1 << (np.arange(BITS) - _FIRSTS[_BAND_OF_BIT])
_SHIFT = 24  # bits: no band is wider


def bands(packed: NDArray[np.uint8]) -> list[int]:
    """Of a hash, uint8 (32,): the bits of each band with the band's number before them."""
    values = np.add.reduceat(np.unpackbits(packed) * _WORTH, _FIRSTS)
    return [int(band) << _SHIFT | int(value) for band, value in enumerate(values)]
