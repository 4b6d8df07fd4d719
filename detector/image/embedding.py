"""Regions of a picture as vectors in which the same mark lies near itself, however it is shown.

The network that ships was trained by this project on rendered marks (`training/README.md`). Any other model
of pictures that transformers loads can be named instead: SigLIP 2, DINOv2, CLIP, from a hub or a folder.
"""

from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.appearance import Regions
from detector.errors import DetectorError
from detector.image.decoding import Pixels
from detector.image.networks import Network

Boxes = NDArray[np.float32]
"""(n, 4): left, top, right, bottom in pixels of the picture."""
Vectors = NDArray[np.float32]

PACKAGED = "marks.onnx"
_ENGINE = "marks-"
_BATCH = 16
"""Regions at a time: more are no faster on one core, and take more memory."""


class ModelUnusable(DetectorError):
    """A model of pictures that can't be loaded; the message says what to set."""


class RegionEmbedder(Protocol):
    """Gives every region of a picture a vector of unit length.

    `engine` is a version: vectors of different engines are never compared.
    """

    @property
    def engine(self) -> str: ...

    def embed(self, pixels: Pixels, boxes: Boxes) -> Regions:
        """Looks at RGB pixels (h, w, 3) in boxes (n, 4), which may reach over the edge."""


class MarkEmbedder:
    """The network that ships: 128 dimensions, some 0.5 ms a region on one core.

    Loads at the first picture.
    """

    def __init__(self) -> None:
        self._network = Network(PACKAGED)

    @property
    def engine(self) -> str:
        return self._network.engine

    def embed(self, pixels: Pixels, boxes: Boxes) -> Regions:
        views = np.stack([view(pixels, box, self._network.side) for box in boxes])
        vectors = [self._network.run(views[start : start + _BATCH]) for start in range(0, len(views), _BATCH)]
        return Regions(boxes, np.concatenate(vectors).astype(np.float16))


class TransformersEmbedder:
    """A model of pictures by its name on a hub or its folder, as transformers loads it.

    Regions are shown to it whole, at their own proportions. Raises ModelUnusable at the first picture.
    """

    def __init__(self, model: str | Path) -> None:
        self._name = str(model)

    @property
    def engine(self) -> str:
        return f"transformers:{self._name}"

    def embed(self, pixels: Pixels, boxes: Boxes) -> Regions:
        import torch
        from torch.nn.functional import normalize

        vectors = []
        for start in range(0, len(boxes), _BATCH):
            crops = [_cut(pixels, box) for box in boxes[start : start + _BATCH]]
            with torch.inference_mode():
                seen = self._model(**self._processor(images=crops, return_tensors="pt"))
            vectors.append(normalize(seen.pooler_output.flatten(1).float(), dim=1).numpy())
        return Regions(boxes, np.concatenate(vectors).astype(np.float16))

    @cached_property
    def _processor(self) -> Any:
        return self._loaded("AutoImageProcessor")

    @cached_property
    def _model(self) -> Any:
        model = self._loaded("AutoModel").eval()
        return getattr(model, "vision_model", model)

    def _loaded(self, kind: str) -> Any:
        import transformers

        try:
            return getattr(transformers, kind).from_pretrained(self._name)
        except (OSError, ValueError) as failure:
            reason = str(failure).splitlines()[0]
            raise ModelUnusable(
                f"{self._name} is no model of pictures that transformers loads ({reason}); name one of a hub "
                "or a folder with config.json, preprocessor_config.json and weights"
            ) from None


def embedder(model: str | Path | None = None) -> RegionEmbedder:
    """The one that ships, or the model that is named."""
    return MarkEmbedder() if model is None else TransformersEmbedder(model)


def shipped(engine: str) -> bool:
    """Whether what an engine of this name made has vectors of the network that ships."""
    return _ENGINE in engine


def view(pixels: Pixels, box: NDArray[np.floating[Any]], side: int) -> Pixels:
    """The box stretched to a square of `side` pixels; what lies over the edge repeats the edge."""
    left, top, right, bottom = (float(x) for x in box)
    across, down = max(right - left, 2.0), max(bottom - top, 2.0)
    if max(across, down) > 2 * side:  # a coarse sampling would see single pixels
        height, width = pixels.shape[:2]
        x0, y0 = max(int(left), 0), max(int(top), 0)
        x1, y1 = min(int(np.ceil(right)), width), min(int(np.ceil(bottom)), height)
        size = _shrunk(x1 - x0, across, side), _shrunk(y1 - y0, down, side)
        by_x, by_y = size[0] / (x1 - x0), size[1] / (y1 - y0)
        pixels = np.asarray(cv2.resize(pixels[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA))
        left, across = (left - x0) * by_x, across * by_x
        top, down = (top - y0) * by_y, down * by_y
    step_x, step_y = across / side, down / side
    sampling = np.array(
        [[step_x, 0, left + step_x / 2 - 0.5], [0, step_y, top + step_y / 2 - 0.5]], np.float32
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen: Any = cv2.warpAffine(pixels, sampling, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen)


def _shrunk(pixels: int, extent: float, side: int) -> int:
    """As many pixels as give twice the samples that are taken of the extent; never more than there are."""
    return max(1, round(pixels * min(1.0, 2 * side / extent)))


def _cut(pixels: Pixels, box: NDArray[np.floating[Any]]) -> Pixels:
    height, width = pixels.shape[:2]
    left, top = (int(np.clip(x, 0, limit - 1)) for x, limit in zip(box[:2], (width, height), strict=True))
    right, bottom = int(np.ceil(box[2])), int(np.ceil(box[3]))
    return np.ascontiguousarray(pixels[top : max(bottom, top + 1), left : max(right, left + 1)])
