"""Looks at a picture once: hashes, regions with their vectors, local features: all that comparing needs."""

from collections.abc import Iterable

import numpy as np

from detector.appearance import Appearance
from detector.image import keypoints
from detector.image.decoding import Pixels
from detector.image.embedding import Boxes, RegionEmbedder
from detector.image.hashes import pdq_hashes
from detector.image.keypoints import local_features
from detector.image.obscured import pixelated
from detector.image.products import thumbnail
from detector.image.regions import RegionFinder
from detector.reading import TextLine

VERSION = "look-2"  # raise it when the same picture gets another look


class Looker:
    """Makes the look of pictures with the models that it is given."""

    def __init__(self, embedder: RegionEmbedder, finder: RegionFinder | None = None) -> None:
        self._embedder, self._finder = embedder, finder or RegionFinder()
        self.engine = f"{VERSION}+{embedder.engine}+{self._finder.engine}+{keypoints.VERSION}"

    def look(self, pixels: Pixels, lines: Iterable[TextLine] = ()) -> Appearance:
        """The look of RGB pixels (h, w, 3). Where text was read may be a mark: `lines` are looked at too."""
        height, width = pixels.shape[:2]
        hashes, quality = pdq_hashes(pixels)
        return Appearance(
            width,
            height,
            hashes,
            quality,
            self._embedder.embed(pixels, self._finder.proposals(pixels, _upright(lines))),
            local_features(pixels),
            thumbnail(pixels),
            self.engine,
            pixelated(pixels),
        )


def _upright(lines: Iterable[TextLine]) -> Boxes:
    """Around each line, left, top, right and bottom."""
    corners = np.array([line.box for line in lines], np.float32).reshape(-1, 4, 2)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
