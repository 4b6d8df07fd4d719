"""Looks at a picture once: hashes, regions with their vectors, local features: all that comparing needs."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from detector.appearance import Appearance, Regions
from detector.image import keypoints
from detector.image.blurred import blurred
from detector.image.decoding import Pixels
from detector.image.embedding import Boxes, RegionEmbedder
from detector.image.hashes import pdq_hashes
from detector.image.keypoints import local_features
from detector.image.obscured import pixelated
from detector.image.regions import RegionFinder
from detector.image.thumbnails import thumbnail
from detector.reading import TextLine

VERSION = "look-3"  # raise it when the same picture gets another look


class Looker:
    """Makes the look of pictures with the models that it is given."""

    def __init__(self, embedder: RegionEmbedder, finder: RegionFinder | None = None) -> None:
        self._embedder, self._finder = embedder, finder or RegionFinder()
        self.engine = f"{VERSION}+{embedder.engine}+{self._finder.engine}+{keypoints.VERSION}"

    def look(self, pixels: Pixels, lines: Iterable[TextLine] = ()) -> Appearance:
        """The look of RGB pixels (h, w, 3). Where text was read may be a mark: `lines` are looked at too."""
        regions = self._embedder.embed(pixels, self._finder.proposals(pixels, _upright(lines)))
        patches = (*pixelated(pixels), *blurred(pixels))
        return replace(glance(pixels), regions=regions, patches=patches, engine=self.engine)


def glance(pixels: Pixels) -> Appearance:
    """What of the look of RGB pixels (h, w, 3) copies and products are told by; no region is looked at."""
    height, width = pixels.shape[:2]
    hashes, quality = pdq_hashes(pixels)
    nowhere = Regions(np.zeros((0, 4), np.float32), np.zeros((0, 1), np.float16))
    features = local_features(pixels)
    return Appearance(width, height, hashes, quality, nowhere, features, thumbnail(pixels), VERSION)


def _upright(lines: Iterable[TextLine]) -> Boxes:
    """Around each line, left, top, right and bottom."""
    corners = np.array([line.box for line in lines], np.float32).reshape(-1, 4, 2)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
