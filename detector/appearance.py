"""What a picture looks like: artefacts that depend on the picture and the models, never on the registry."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class LocalFeatures:
    """Keypoints, the strongest first.

    `places` is float32 (n, 4): x and y in pixels of the original picture, the diameter in such pixels, the
    angle in degrees. `descriptors` is uint8 (n, 128), RootSIFT or alike: compared by their
    Euclidean distance.
    """

    places: NDArray[np.float32]
    descriptors: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.places)


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Parts of a picture that may carry a mark or a product, the whole picture first.

    `boxes` is float32 (n, 4): left, top, right, bottom in pixels of the original picture. `embeddings` is
    float16 (n, d), of unit length: to be compared by their inner product.
    """

    boxes: NDArray[np.float32]
    embeddings: NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.boxes)


@dataclass(frozen=True, slots=True)
class Obscured:
    """A place where something was hidden.

    `box` is where, four corners in pixels of the picture; `score`, 0 to 1, is how surely.
    """

    box: tuple[tuple[float, float], ...]
    kind: Literal["pixelated", "blurred", "covered", "cut"]
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Appearance:
    """The look of one picture. `width` and `height` are pixels after EXIF turning.

    `hashes` is uint8 (8, 32): the PDQ hash of the picture in its eight turns, upright first; `hash_quality`,
    0 to 100, says how much there is to hash. `thumbnail` is uint8 (h, w, 3), RGB, its longer side of 128
    pixels: the colours, which nothing else keeps. `patches` were coarsened to blocks or blurred by somebody.
    `engine` is the version of all that made it.
    """

    width: int
    height: int
    hashes: NDArray[np.uint8]
    hash_quality: int
    regions: Regions
    features: LocalFeatures
    thumbnail: NDArray[np.uint8]
    engine: str
    patches: tuple[Obscured, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether the picture is of one colour, all over."""
        return int(np.ptp(self.thumbnail, axis=(0, 1)).max(initial=0)) <= _ONE_COLOUR

    def digest(self) -> bytes:
        """16 bytes, the same for looks that are the same to the bit but for their patches."""
        regions, features = self.regions, self.features
        about = f"{self.width} {self.height} {self.engine} {len(regions)} {len(features)}"
        made = hashlib.blake2b(about.encode(), digest_size=16)
        for part in (
            self.hashes, regions.boxes, regions.embeddings,
            features.places, features.descriptors, self.thumbnail,
        ):  # fmt: skip
            made.update(np.ascontiguousarray(part).data)
        return made.digest()


_ONE_COLOUR = 12
"""Steps of 255 by which JPEG lets one colour vary."""
