"""Which parts of a picture may carry a mark: as few as keep nearly all that do.

A small network, trained by this project on rendered marks over photos (`training/README.md`), says for every
cell of the picture whether it lies in a mark and how far that mark reaches, as FCOS does (Tian and others,
2019). It looks at several sizes, so that marks from a twentieth of the picture up to all of it have about the
sizes that it was trained on. Lines of text and a coarse grid stand beside it, for what it doesn't take for a
mark.
"""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.image.decoding import Pixels
from detector.image.embedding import Boxes
from detector.image.networks import Network

FINDER = "regions.onnx"
SIDES = (640, 320, 160)
"""Pixels of the longer side at which the network looks."""
FOUND, LINES = 48, 12
"""At most so many boxes of the network and of lines of text."""
GRID = ((0.6, 2), (0.36, 3))
"""Windows as a share of the picture's sides, and how many along each."""
SAME = 0.6
"""Overlap (intersection over union) from which two boxes are one region."""
_STRIDE, _MULTIPLE = 8, 16


class RegionFinder:
    """Proposes regions. Loads its network at the first picture."""

    def __init__(self) -> None:
        self._network = Network(FINDER)

    @property
    def engine(self) -> str:
        return self._network.engine

    def proposals(self, pixels: Pixels, lines: Boxes) -> Boxes:
        """At most some seventy boxes (n, 4) in an RGB picture (h, w, 3), the whole picture first, then the
        likeliest; `lines` (m, 4) are boxes of lines of text."""
        height, width = pixels.shape[:2]
        found = [self._found(pixels, side) for side in SIDES]
        boxes = np.concatenate([boxes for boxes, _ in found])
        scores = np.concatenate([scores for _, scores in found])
        likely = boxes[distinct(boxes, scores, SAME, FOUND)]
        largest = np.argsort(-_areas(lines), kind="stable")[:LINES]
        whole = np.array([[0, 0, width, height]], np.float32)
        every = np.concatenate([whole, likely, lines[largest], grid(width, height)])
        ranks = -np.arange(len(every), dtype=np.float32)
        regions: Boxes = every[distinct(every, ranks, 0.8, len(every))]
        return regions

    def _found(self, pixels: Pixels, side: int) -> tuple[Boxes, NDArray[np.float32]]:
        """Boxes in the picture's pixels with their likelihoods, neighbours not yet merged."""
        height, width = pixels.shape[:2]
        scale = side / max(height, width)
        size = max(8, round(width * scale)), max(8, round(height * scale))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = np.asarray(cv2.resize(pixels, size, interpolation=way), dtype=np.uint8)
        padding = (-size[1] % _MULTIPLE, -size[0] % _MULTIPLE)
        small = np.pad(small, ((0, padding[0]), (0, padding[1]), (0, 0)), mode="edge")
        logits, left, top, right, bottom = self._network.run(small[None])[0]
        rows, columns = np.nonzero(logits > -4)
        at = rows, columns
        x, y = (columns + 0.5) * _STRIDE, (rows + 0.5) * _STRIDE
        reach = [np.exp(np.clip(part[at], -3, 5)) * _STRIDE for part in (left, top, right, bottom)]
        boxes = np.stack([x - reach[0], y - reach[1], x + reach[2], y + reach[3]], axis=1)
        boxes = np.clip(boxes, 0, np.array([*size, *size])) * np.array(
            [width / size[0], height / size[1]] * 2
        )
        return boxes.astype(np.float32), 1 / (1 + np.exp(-logits[at]))


def distinct(boxes: Boxes, scores: NDArray[np.float32], same: float, most: int) -> NDArray[np.intp]:
    """Indices of the boxes with the best scores, none overlapping a better one by more than `same`."""
    order = np.argsort(-scores, kind="stable")
    left = _Sides.of(boxes[order])
    kept: list[int] = []
    while len(order) and len(kept) < most:
        kept.append(int(order[0]))
        apart = left.overlapped_by(left, 0) <= same
        apart[0] = False
        order, left = order[apart], left.only(apart)
    return np.array(kept, np.intp)


def overlaps(box: NDArray[np.float32], others: Boxes) -> NDArray[np.float32]:
    """Intersection over union of a box with each of the others."""
    return _Sides.of(others).overlapped_by(_Sides.of(box[None]), 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """Boxes side by side, each (n,): numpy reduces over two or four columns many times slower."""

    left: NDArray[np.float32]
    top: NDArray[np.float32]
    right: NDArray[np.float32]
    bottom: NDArray[np.float32]
    area: NDArray[np.float32]

    @classmethod
    def of(cls, boxes: Boxes) -> Self:
        left, top, right, bottom = np.ascontiguousarray(boxes.T)
        return cls(left, top, right, bottom, _areas(boxes))

    def only(self, some: NDArray[np.bool_]) -> Self:
        return type(self)(
            self.left[some], self.top[some], self.right[some], self.bottom[some], self.area[some]
        )

    def overlapped_by(self, others: Self, number: int) -> NDArray[np.float32]:
        """Intersection over union of each with one of the others."""
        across = np.minimum(others.right[number], self.right) - np.maximum(others.left[number], self.left)
        down = np.minimum(others.bottom[number], self.bottom) - np.maximum(others.top[number], self.top)
        common = np.maximum(across, 0) * np.maximum(down, 0)
        union = others.area[number] + self.area - common
        shares: NDArray[np.float32] = common / np.maximum(union, 1e-6)
        return shares


def grid(width: int, height: int) -> Boxes:
    """Overlapping windows with the picture's proportions."""
    windows = [
        (x * (width - share * width) / (steps - 1), y * (height - share * height) / (steps - 1), share)
        for share, steps in GRID
        for y in range(steps)
        for x in range(steps)
    ]
    return np.array([(x, y, x + share * width, y + share * height) for x, y, share in windows], np.float32)


def _areas(boxes: Boxes) -> NDArray[np.float32]:
    left, top, right, bottom = boxes.T
    areas: NDArray[np.float32] = np.maximum(right - left, 0) * np.maximum(bottom - top, 0)
    return areas
