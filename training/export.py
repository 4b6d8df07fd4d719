"""Writes trained networks as ONNX files that take RGB bytes, so that reading pictures needs no torch."""

from pathlib import Path

import torch
from torch import Tensor, nn


class FromBytes(nn.Module):
    """(n, h, w, 3) of uint8 in place of the (n, 3, h, w) of floats that the network takes."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        found: Tensor = self.network(pixels.permute(0, 3, 1, 2).float())
        return found


def export(network: nn.Module, example: Tensor, free: tuple[int, ...], target: Path) -> None:
    """`example` is a batch of uint8; `free` are its dimensions that may change."""
    torch.onnx.export(
        FromBytes(network).eval(),
        (example,),
        str(target),
        input_names=["pixels"],
        output_names=["found"],
        dynamic_axes={"pixels": {axis: f"side{axis}" for axis in free}},
        dynamo=False,
    )
