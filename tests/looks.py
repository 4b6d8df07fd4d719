"""The look of a picture in which nothing is seen, for tests to which what it looks like doesn't matter."""

import numpy as np

from detector.appearance import Appearance, LocalFeatures, Regions

NOTHING = Appearance(
    9,
    9,
    np.zeros((8, 32), np.uint8),
    0,
    Regions(np.zeros((0, 4), np.float32), np.zeros((0, 8), np.float16)),
    LocalFeatures(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8)),
    np.zeros((9, 9, 3), np.uint8),
    "test",
)
