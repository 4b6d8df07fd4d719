"""A brand's own pictures made ready to be compared with, or refused in words that its owner understands.

An owner's file is as hostile as a listing's picture, and a careless one does more harm: a reference that is
nearly blank, a whole page or a mere letter would match half of a catalogue.
"""

from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.appearance import Appearance
from detector.errors import PictureRefused
from detector.image.decoding import ACCEPTED_OF_BRANDS, Pixels, decode
from detector.image.plain import generic_shape
from detector.image.regions import distinct
from detector.image.svg import looks_like_svg, rendered
from detector.reading import TextLine
from detector.sighting import AssetKind

GATES = "gates-3"
"""Raise it when other pictures are refused: what passed before goes through them anew."""
SHORTEST_SIDE = 24
"""Pixels: below, a mark is a blot."""
LONGEST_SHAPE = 20
"""Times that one side may be longer than the other."""
FEWEST_GREYS = 12
"""Grey levels between the mark and its ground, at least."""
LEAST_DRAWN = 0.005
"""Share of a reference that must differ from its ground."""
MOST_LINES = 12
"""Lines of text that a mark holds at most: a page or a screenshot has more."""
SAME_LINE = 0.3
"""Overlap from which two readings are of one line: a curved or ornate one is read in many ways."""
ALIKE, STRAYS = 48, 0.03
"""Grey levels by which a mark of one ink strays from the mixtures of its ink and its ground, but for so small
a share of it: a JPEG smears colours."""
HALF_INKED = 0.2
"""Share of such a mark that may lie between the two, as its edges do; shades take more."""
MARGIN = 0.06
"""Of the longer side, left around a mark when its empty ground is cut away."""


Read = Callable[[Pixels], tuple[tuple[TextLine, ...], Appearance]]
"""Gives a picture's lines of text and its look."""


def looks_of(data: bytes, kind: AssetKind, read: Read) -> Iterator[Appearance]:
    """The looks that a file is compared by, as it is met in pictures: a mark of one ink in reverse too.

    Raises `PictureRefused` where the file can't serve.
    """
    for pixels in prepared(data, kind):
        if kind is AssetKind.LOGO:
            refuse_generic(pixels)
        lines, look = read(pixels)
        if kind is AssetKind.LOGO:
            refuse_pages(lines)
        yield look
        if kind is AssetKind.LOGO and (reverse := in_reverse(pixels, lines)) is not None:
            yield read(reverse)[1]


def prepared(data: bytes, kind: AssetKind) -> list[Pixels]:
    """The reference in RGB as it may be met: on a light ground, and on a dark one where white swallows it.

    A mark's empty margins are cut away. Raises `PictureRefused` where nothing could be told by it.
    """
    if looks_like_svg(data):
        data = rendered(data)
    picture = decode(data, accepted=ACCEPTED_OF_BRANDS)
    _refuse_animated(data)
    ready = []
    for pixels in (picture.pixels, picture.on_dark):
        if pixels is None:
            continue
        _refuse_shape(pixels)
        box = _drawn(pixels)
        if box is not None:
            ready.append(_cut(pixels, box) if kind is AssetKind.LOGO else pixels)
    if not ready:
        raise PictureRefused("the picture is all one colour, or nearly so; upload one that shows the mark")
    for pixels in ready:
        _refuse_shape(pixels)
    return ready


def refuse_pages(lines: tuple[TextLine, ...]) -> None:
    """Raises `PictureRefused` where so much was read in a mark that it must be a page."""
    corners = np.array([line.box for line in lines], np.float32).reshape(-1, 4, 2)
    boxes = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    sizes = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    places = len(distinct(boxes, sizes, SAME_LINE, len(lines)))
    if places > MOST_LINES:
        raise PictureRefused(
            f"the picture holds {places} lines of text, as a page or a screenshot does; "
            "cut out the mark alone"
        )


def refuse_generic(pixels: Pixels) -> None:
    """Raises `PictureRefused` where a mark is hardly more than a shape that belongs to nobody."""
    if (name := generic_shape(pixels)) is not None:
        what = f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
        raise PictureRefused(
            f"the mark is hardly more than {what}, which would be found everywhere; upload it with the name, "
            "or with what else tells it apart"
        )


def in_reverse(pixels: Pixels, lines: tuple[TextLine, ...]) -> Pixels | None:
    """A mark of one ink on one ground with the two swapped, as it stands on things of its own colour.

    None of a mark in several colours or shades, nor of one with `lines` to read: letters in reverse are like
    all other letters, and the name is found by reading.
    """
    if lines:
        return None
    colours = pixels.reshape(-1, 3).astype(np.float32)
    ground = _ground(pixels).astype(np.float32)
    off = np.abs(colours - ground).max(axis=1)
    ink = np.median(colours[off >= off.max() / 2], axis=0)
    across = ink - ground
    inked = ((colours - ground) @ across / (across @ across)).clip(0, 1)
    strays = np.abs(colours - ground - inked[:, None] * across).max(axis=1) > ALIKE
    if strays.mean() > STRAYS or ((inked > 0.2) & (inked < 0.8)).mean() > HALF_INKED:
        return None
    swapped = (ink + ground - pixels).clip(0, 255)
    return np.asarray(swapped.round(), np.uint8)


def _refuse_animated(data: bytes) -> None:
    with Image.open(BytesIO(data)) as image:
        frames = getattr(image, "n_frames", 1)
    if frames > 1:
        raise PictureRefused(f"the picture is animated ({frames:,} frames); upload one still picture")


def _refuse_shape(pixels: Pixels) -> None:
    height, width = pixels.shape[:2]
    shorter, longer = sorted((height, width))
    if shorter < SHORTEST_SIDE:
        raise PictureRefused(
            f"the reference is {width} x {height} pixels; it needs {SHORTEST_SIDE} along its shorter side"
        )
    if longer > LONGEST_SHAPE * shorter:
        raise PictureRefused(
            f"the reference is {width} x {height} pixels, longer than {LONGEST_SHAPE}:1; cut out a part of it"
        )


def _ground(pixels: Pixels) -> NDArray[np.float64]:
    """The colour that runs along the edges."""
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return np.asarray(np.median(border, axis=0))


def _drawn(pixels: Pixels) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of what differs from the ground, or None where too little does."""
    differs: NDArray[np.bool_] = np.abs(pixels.astype(np.int16) - _ground(pixels)).max(axis=2) >= FEWEST_GREYS
    if differs.mean() < LEAST_DRAWN:
        return None
    across, down = np.flatnonzero(differs.any(axis=0)), np.flatnonzero(differs.any(axis=1))
    return int(across[0]), int(down[0]), int(across[-1]) + 1, int(down[-1]) + 1


def _cut(pixels: Pixels, box: tuple[int, int, int, int]) -> Pixels:
    left, top, right, bottom = box
    margin = round(MARGIN * max(right - left, bottom - top))
    return np.ascontiguousarray(
        pixels[max(top - margin, 0) : bottom + margin, max(left - margin, 0) : right + margin]
    )
