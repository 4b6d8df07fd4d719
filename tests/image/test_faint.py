import numpy as np
import pytest

from detector.image.decoding import Pixels
from detector.image.faint import with_raised_contrast


def ground(kind: str) -> Pixels:
    ys, xs = np.mgrid[0:320, 0:320].astype(np.float32)
    match kind:
        case "clean":
            grey = np.full((320, 320), 200.0)
        case "shaded":
            grey = 90 + xs / 4 + ys / 8
        case _:
            grey = 120 + 12 * np.sin(xs * 0.9) * np.sin(ys * 0.9)
    return np.repeat(grey[:, :, None], 3, axis=2).round().astype(np.uint8)


def with_a_bar(pixels: Pixels, levels: int) -> Pixels:
    out = pixels.astype(int)
    out[150:170, 60:260] += levels
    return out.clip(0, 255).astype(np.uint8)


def test_leaves_a_clean_ground_alone() -> None:
    clean = ground("clean")
    assert with_raised_contrast(clean, clean) is None
    assert with_raised_contrast(clean[:9, :9], clean[:9, :9]) is None


@pytest.mark.parametrize("kind", ["shaded", "woven"])
@pytest.mark.parametrize("levels", [20, -20])
def test_brings_out_what_is_faint(kind: str, levels: int) -> None:
    pixels = with_a_bar(ground(kind), levels)
    raised = with_raised_contrast(pixels, pixels)
    assert raised is not None
    bar, beside = raised[152:168, 62:258].mean(axis=2), raised[176:192, 62:258].mean(axis=2)
    assert (bar.mean() - beside.mean()) / levels > 1.5
    assert abs(bar.mean() - beside.mean()) > 2 * beside.std(axis=1).mean()
