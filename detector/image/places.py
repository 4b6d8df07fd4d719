"""Where in a picture a brand's marks are, once it is known that they are there.

A mark that is surely there lends the regions around it some of its likeness, so that no one threshold parts
places from their surroundings: a place must resemble the marks half as much as the surest one does. Several
regions lie at each; the mean of them, by their likeness, lies better than any one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detector.image.embedding import Boxes
from detector.image.geometry import Outline, bounds, corners_of
from detector.image.regions import distinct, overlaps

AGAIN = 0.1
"""Resemblance beyond that to strangers, of any place."""
SHARE = 0.5
"""Of the surest place's resemblance, for another place."""
APART = 0.3
"""Overlap (intersection over union) up to which two places are two."""
ONE_PLACE = 0.05
"""Overlap from which two brands' marks are at one place, where only the likelier one can be."""
TOGETHER = 0.5
"""Overlap from which regions tell of one place."""
SAME = 0.7
"""Overlap from which points tell of the place that regions do: their outline leans as the mark does."""


def places_of(
    boxes: Boxes,
    likeness: NDArray[np.float32],
    outlines: Sequence[tuple[int, Outline]],
    others: Boxes,
) -> list[tuple[int, Outline]]:
    """The places of a brand's marks, each with the number of the mark that it is likest to, the surest first.

    `likeness` (n, m) is what each region of `boxes` (n, 4) resembles each of m marks beyond strangers;
    `outlines` are where marks lie by their points; at `others` (k, 4) are other brands' marks.
    """
    sure = likeness.max(axis=1)
    least = max(AGAIN, SHARE * float(sure.max()))
    likely = np.flatnonzero(sure >= least)
    kept = likely[distinct(boxes[likely], sure[likely], APART, len(likely))]
    by_points = [bounds(outline) for _, outline in outlines]
    places: list[tuple[int, Outline]] = []
    taken: list[NDArray[np.float32]] = []
    for region in kept:
        box = _mean(boxes[likely], sure[likely] - least, boxes[region])
        if _overlap(box, others) > ONE_PLACE:
            continue
        number, outline = int(likeness[region].argmax()), corners_of(box)
        if by_points:
            near = overlaps(box, np.stack(by_points))
            if near.max() >= SAME:
                number, outline = outlines[int(near.argmax())]
        places.append((number, outline))
        taken.append(bounds(outline))
    for one, box in zip(outlines, by_points, strict=True):
        if _overlap(box, taken) <= APART:
            places.append(one)
            taken.append(box)
    return places


def _mean(boxes: Boxes, weights: NDArray[np.float32], around: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of the boxes that tell of one place, `around` itself where none weighs anything."""
    weights = weights * (overlaps(around, boxes) >= TOGETHER)
    if not weights.any():
        return around
    mean: NDArray[np.float32] = np.average(boxes, axis=0, weights=weights).astype(np.float32)
    return mean


def _overlap(box: NDArray[np.float32], others: Boxes | Sequence[NDArray[np.float32]]) -> float:
    return float(overlaps(box, np.stack(list(others))).max()) if len(others) else 0.0
