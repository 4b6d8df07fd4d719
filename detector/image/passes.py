"""The plan of passes over one picture: the dear ones run only where the cheap ones ask for them.

1. The tiny detector sees the whole picture, and, where something faint could stand, a reduced copy with
   its local contrast raised. Both are asked for all they half believe in.
2. Each candidate is read as it lies; turned by 180 degrees and mirrored too if that was unsure or short;
   the best again by the better recogniser, and then beyond its ends; and once more in the copy with raised
   contrast if doubt is left (`lines.py`).
3. Candidates get a second look, first those that are still unsure or were only half believed in: the place
   around one, scaled until letters have a good size and its contrast stretched, goes through the better
   detector, and what that finds is read as in 2.
4. Candidates that bend are laid straight along their arc and read as in 2 (`arcs.py`).

Nothing here knows the registry: every reading worth anything is kept, several for a place where they differ.
`docs/decisions/passes-over-a-picture.md` says what each pass buys.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from detector.image.arcs import arcs
from detector.image.budget import Budget
from detector.image.crops import Straight, Strip, grown, size, stretched
from detector.image.decoding import Pixels
from detector.image.engine import Corners, Engines, Region, TextDetector
from detector.image.faint import with_raised_contrast
from detector.image.joining import joined
from detector.image.lines import SURE, Attempt, Read, read
from detector.reading import TextLine
from detector.result import Box

# Letters that are faint and small at once nobody sees; reduced, grain goes and the pass costs half.
FAINT_SCALE = 0.8


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is spent on one picture.

    `pixels` is what the detector sees at most, `smallest_side` what a picture is enlarged to; `faint` asks
    for the pass with raised contrast, `looks` is how many second looks there are at most, `bends` whether
    arcs are followed. `lines` bounds the candidates that are read, and `budget` what that costs (`Budget`):
    400,000 are less than four seconds of a core; of 100 photos 99 take less than two for everything.
    """

    pixels: int = 1_500_000
    smallest_side: int = 480
    faint: bool = True
    looks: int = 6
    lines: int = 200
    budget: int = 400_000
    bends: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """What was read, the surest first, and how many places that look like text were left unread."""

    lines: tuple[TextLine, ...]
    unread: int


def read_text(pixels: Pixels, engines: Engines, plan: Plan | None = None) -> Text:
    """All that is read in RGB pixels, boxes in those pixels."""
    plan = plan or Plan()
    scale = _scale_to_look_at(pixels, plan)
    raised = with_raised_contrast(pixels, _scaled(pixels, scale)) if plan.faint else None
    copies = [pixels] if raised is None else [pixels, raised]
    budget = Budget(plan.budget)
    recognisers = budget.recognisers(engines)
    unread = 0

    def reads(strip: Strip, believed: float) -> list[Read]:
        nonlocal unread
        if budget.spent:
            unread += 1
            return []
        return list(read(copies, strip, believed, *recognisers))

    places = _candidates(copies, scale, engines.detector)
    regions = places[: plan.lines]
    unread += len(places) - len(regions)
    found = [reads(Straight(region.corners), region.score) for region in regions]
    doubted = sorted(
        zip(regions, found, strict=True),
        key=lambda pair: (pair[0].score >= 0.5 and _surest(pair[1]) >= SURE, -_area(pair[0])),
    )
    finds = [regions]
    for window in _windows([region for region, _ in doubted], plan.looks):
        if budget.spent:
            break
        fresh = _unlike(_look(pixels, window, engines.second_detector), places)
        places += fresh
        finds.append(fresh)
        found += [reads(Straight(region.corners), region.score) for region in fresh]
    if plan.bends and not budget.spent:
        for bend in arcs(finds):
            found += [reads(arc, 1.0) for arc in bend.found_in(pixels, engines.second_detector)]
    lines = [_line(read.strip, attempt) for reads in found for read in reads for attempt in read.attempts]
    return Text(tuple(_distinct(lines + joined(lines))), unread)


def _surest(reads: list[Read]) -> float:
    return max((read.score for read in reads), default=0.0)


def _scale_to_look_at(pixels: Pixels, plan: Plan) -> float:
    height, width = (int(side) for side in pixels.shape[:2])
    if max(height, width) < plan.smallest_side:
        return plan.smallest_side / max(height, width)
    return min(1.0, math.sqrt(plan.pixels / (height * width)))


def _candidates(copies: list[Pixels], scale: float, detector: TextDetector) -> list[Region]:
    """What the detector sees in the plain picture, and in its copy with raised contrast reduced."""
    regions: list[Region] = []
    for copy, at in zip(copies, (scale, scale * FAINT_SCALE), strict=False):
        seen = detector.detect(_scaled(copy, at))
        regions += _unlike((_moved(region, 1 / at, (0.0, 0.0)) for region in seen), regions)
    return sorted(regions, key=lambda region: region.score, reverse=True)


def _scaled(pixels: Pixels, scale: float) -> Pixels:
    if scale == 1.0:
        return pixels
    height, width = pixels.shape[:2]
    to = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, to, interpolation=how), dtype=np.uint8)


def _moved(region: Region, scale: float, offset: tuple[float, float]) -> Region:
    shift = np.asarray(offset, dtype=np.float32)
    return replace(region, corners=region.corners * scale + shift, outline=region.outline * scale + shift)


def _area(region: Region) -> float:
    length, height = size(region.corners)
    return length * height


@dataclass(frozen=True, slots=True)
class _Window:
    """A rectangle x1, y1, x2, y2 and the scale at which to look at it."""

    box: tuple[float, float, float, float]
    scale: float


def _windows(regions: list[Region], most: int) -> list[_Window]:
    """The places around regions, in their order; one that lies within another is left out."""
    windows: list[_Window] = []
    for region in regions:
        height = size(region.corners)[1]
        around = grown(region.corners, 3.0, 1.5)
        (x1, y1), (x2, y2) = around.min(axis=0), around.max(axis=0)
        box = (float(x1), float(y1), float(x2), float(y2))
        middle = region.corners.mean(axis=0)
        if any(w.box[0] < middle[0] < w.box[2] and w.box[1] < middle[1] < w.box[3] for w in windows):
            continue
        scale = float(np.clip(36 / max(height, 4.0), 0.25, 3.0))
        scale = min(scale, (300_000 / max((x2 - x1) * (y2 - y1), 1.0)) ** 0.5)
        windows.append(_Window(box, scale))
    return windows[:most]


def _look(pixels: Pixels, window: _Window, detector: TextDetector) -> list[Region]:
    height, width = pixels.shape[:2]
    x1, y1 = max(0, int(window.box[0])), max(0, int(window.box[1]))
    x2, y2 = min(width, int(window.box[2]) + 1), min(height, int(window.box[3]) + 1)
    if x2 - x1 < 8 or y2 - y1 < 8:
        return []
    part = stretched(_scaled(pixels[y1:y2, x1:x2], window.scale))
    return [_moved(region, 1 / window.scale, (x1, y1)) for region in detector.detect(part)]


def _unlike(fresh: Iterable[Region], known: list[Region]) -> list[Region]:
    """Those that cover a place of their own: no known region shares seven tenths of their common ground."""
    if not known:
        return list(fresh)
    boxes = np.stack([region.corners for region in known])
    low, high = boxes.min(axis=1), boxes.max(axis=1)

    def new(corners: Corners) -> bool:
        apart = (high < corners.min(axis=0)) | (corners.max(axis=0) < low)
        return all(_overlap(corners, known[k].corners) < 0.7 for k in np.flatnonzero(~apart.any(axis=1)))

    return [region for region in fresh if new(region.corners)]


def _overlap(a: Corners, b: Corners) -> float:
    """Shared area over common area, of two convex quadrilaterals."""
    if (a.max(axis=0) < b.min(axis=0)).any() or (b.max(axis=0) < a.min(axis=0)).any():
        return 0.0
    shared, _ = cv2.intersectConvexConvex(a.astype(np.float32), b.astype(np.float32))
    common = float(cv2.contourArea(a)) + float(cv2.contourArea(b)) - float(shared)
    return float(shared) / common if common > 0 else 0.0


def _line(strip: Strip, attempt: Attempt) -> TextLine:
    corners = np.roll(strip.corners(), 2, axis=0) if attempt.turned else strip.corners()
    dx, dy = corners[1] - corners[0]
    turn = round(-float(np.degrees(np.arctan2(dy, dx)))) % 360
    return TextLine(attempt.text, round(attempt.score, 4), _box(corners), turn, attempt.mirrored)


def _box(corners: Corners) -> Box:
    a, b, c, d = ((round(float(x), 1), round(float(y), 1)) for x, y in corners)
    return (a, b, c, d)


def _distinct(lines: list[TextLine]) -> Iterator[TextLine]:
    """The surest first; the same text at the same place once, and no piece of a word that was read whole."""
    kept: list[TextLine] = []
    for line in sorted(lines, key=lambda line: line.score, reverse=True):
        here = np.array(line.box, dtype=np.float32)
        if all(
            line.text != other.text or _overlap(here, np.array(other.box, dtype=np.float32)) < 0.3
            for other in kept
        ):
            kept.append(line)
    yield from (line for line in kept if not any(_piece(line, other) for other in kept))


def _piece(line: TextLine, whole: TextLine) -> bool:
    """Whether a line is what a cut box left of a longer word: 'CTION' where 'INTRODUCTION' stands."""
    if whole.score < max(SURE, line.score - 0.03) or len(whole.text) <= len(line.text):
        return False
    at = whole.text.find(line.text)
    if at < 0:
        return False
    around = whole.text[max(0, at - 1) : at] + whole.text[at + len(line.text) :][:1]
    middle = np.mean(line.box, axis=0)
    inside = cv2.pointPolygonTest(
        np.array(whole.box, dtype=np.float32), (float(middle[0]), float(middle[1])), False
    )
    return any(c.isalnum() for c in around) and inside >= 0
