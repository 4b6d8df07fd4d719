"""Trains the finder of regions: python -m training.fit_regions MODULES PHOTOS [--steps N].

Losses as FCOS with a quality target has them: how likely a cell lies in a mark is trained towards the overlap
of the box that it gives (Li and others, 2020), the box by its generalised overlap (Rezatofighi and others,
2019). The blocks up to the stride of 8 stay as ImageNet left them.
"""

import argparse
from collections.abc import Iterator
from math import cos, pi
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.export import export
from training.fit_marks import PHOTO_SIDE, SEED, WEIGHTS, WORDMARKS, pretrained
from training.marks import Mark, marks
from training.network import RegionFinder
from training.photos import photos
from training.scenes import Rgb, scene

BATCH, SIDE, STRIDE = 8, 320, 8
RATE, BACKBONE_RATE = 2e-3, 6e-4
DESIGNS_OF_A_BRAND = 3

Targets = tuple[Tensor, Tensor, Tensor, Tensor]
"""Pictures; 1 where a cell is in a mark's middle; its distances in cells; where it is elsewhere in a mark."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "modules", type=Path, help="a node_modules folder with the collections of training/README"
    )
    parser.add_argument("photos", type=Path, help="a folder with the wallpapers of training/README")
    parser.add_argument("--steps", type=int, default=1100)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    network = RegionFinder()
    network.backbone.load(pretrained())
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    deep = [each for block in network.backbone.blocks[network.FINE :] for each in block.parameters()]
    heads = [each for name, each in network.named_parameters() if not name.startswith("backbone")]
    optimiser = torch.optim.AdamW(
        [{"params": deep, "lr": BACKBONE_RATE}, {"params": heads, "lr": RATE}], weight_decay=1e-2
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min(1, (step + 1) / 30) * (0.02 + 0.49 * (1 + cos(pi * min(1, step / arguments.steps)))),
    )
    designs = _few_a_brand(marks(arguments.modules, WORDMARKS, SEED))
    scenes = _batches(designs, photos(arguments.photos, PHOTO_SIDE), np.random.default_rng(SEED))
    for step, (pictures, *truth) in zip(range(arguments.steps), scenes, strict=False):
        with torch.no_grad():
            fine = network.fine(pictures)
        loss = _loss(network.head(fine), *truth)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(heads + deep, 2.0)
        optimiser.step()
        schedule.step()
        if step % 25 == 0:
            print(f"step {step}: loss {loss.item():.3f}", flush=True)
    example = torch.zeros(1, 384, 288, 3, dtype=torch.uint8)
    export(network, example, (1, 2), WEIGHTS / "regions.onnx")


def _few_a_brand(every: Iterator[Mark]) -> list[Mark]:
    kept: dict[str, list[Mark]] = {}
    for mark in every:
        if len(kept.setdefault(mark.key, [])) < DESIGNS_OF_A_BRAND:
            kept[mark.key].append(mark)
    return [mark for some in kept.values() for mark in some]


def _batches(designs: list[Mark], scenery: list[Rgb], rng: np.random.Generator) -> Iterator[Targets]:
    while True:
        drawn = [scene(designs, scenery, rng, SIDE) for _ in range(BATCH)]
        pictures = torch.from_numpy(np.stack([picture for picture, _ in drawn])).permute(0, 3, 1, 2).float()
        middle, reach, inside = (
            torch.from_numpy(np.stack(parts))
            for parts in zip(*(_targets(boxes) for _, boxes in drawn), strict=True)
        )
        yield pictures.contiguous(memory_format=torch.channels_last), middle, reach, inside


def _targets(
    boxes: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Cells in the middle half of a mark, at least one, are its own; the smaller one's where two meet."""
    cells = (np.arange(SIDE // STRIDE, dtype=np.float32) + 0.5) * STRIDE
    x, y = np.meshgrid(cells, cells)
    middle = np.zeros(x.shape, np.float32)
    inside = np.zeros(x.shape, bool)
    reach = np.ones((4, *x.shape), np.float32)
    for left, top, right, bottom in sorted(boxes.tolist(), key=lambda b: -(b[2] - b[0]) * (b[3] - b[1])):
        inside |= (x > left) & (x < right) & (y > top) & (y < bottom)
        half_x, half_y = (max(side / 4, STRIDE / 2 + 0.1) for side in (right - left, bottom - top))
        own = (np.abs(x - (left + right) / 2) < half_x) & (np.abs(y - (top + bottom) / 2) < half_y)
        middle[own] = 1
        sides = (x - left, y - top, right - x, bottom - y)
        reach[:, own] = np.stack([np.maximum(side[own], 1) / STRIDE for side in sides])
    return middle, reach, inside & (middle == 0)


def _loss(found: Tensor, middle: Tensor, reach: Tensor, inside: Tensor) -> Tensor:
    logits, given = found[:, 0], found[:, 1:].clamp(-3, 5).exp()
    least, most = torch.minimum(given, reach), torch.maximum(given, reach)
    common, around = _area(least), _area(most)
    union = _area(given) + _area(reach) - common
    overlap = common / union
    own = middle > 0
    quality = torch.where(own, overlap.detach().clamp(0, 1), torch.zeros(()))
    doubt = torch.where(own, torch.ones(()), 0.75 * logits.sigmoid().detach() ** 2)
    doubt = torch.where(inside, torch.zeros(()), doubt)
    likely = functional.binary_cross_entropy_with_logits(logits, quality, reduction="none") * doubt
    placed = 1 - overlap + (around - union) / around
    total: Tensor = (likely.sum() + placed[own].sum()) / own.sum().clamp(min=1)
    return total


def _area(reach: Tensor) -> Tensor:
    return (reach[:, 0] + reach[:, 2]) * (reach[:, 1] + reach[:, 3])


if __name__ == "__main__":
    main()
