"""A brand's own picture laid over the place of a listing's picture where it was found."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Laid:
    """`asset` is the number of the reference, of `width` by `height` pixels; `matrix` takes its pixels to
    those of the listing's picture, as SVG has it. `left`, `top`, `across` and `down` are where it lies.
    """

    asset: int
    width: int
    height: int
    matrix: str
    left: float
    top: float
    across: float
    down: float


def laid(
    asset: int, size: tuple[int, int], box: Sequence[Sequence[float]], mirrored: bool = False
) -> Laid | None:
    """`box` has the reference's corners in the picture, clockwise from its own top left. None where they span
    nothing.

    Three corners say how it lies; what is seen aslant, or cut off at an edge, is so only roughly covered.
    """
    width, height = size
    corners = [(float(x), float(y)) for x, y in box]
    if len(corners) != 4 or not width or not height:
        return None
    (x0, y0), (x1, y1), _, (x3, y3) = (corners[at] for at in ((1, 0, 3, 2) if mirrored else (0, 1, 2, 3)))
    a, b, c, d = (x1 - x0) / width, (y1 - y0) / width, (x3 - x0) / height, (y3 - y0) / height
    if abs(a * d - b * c) < 1e-9:
        return None
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    across, down = max(x for x, _ in corners) - left, max(y for _, y in corners) - top
    matrix = " ".join(f"{value:.6g}" for value in (a, b, c, d, x0, y0))
    return Laid(asset, width, height, f"matrix({matrix})", left, top, across, down)
