"""Confirms that a reference is seen in a picture: their local features agree on one place, size and turn.

Every matched pair of SIFT features alone says where the whole reference would lie (place, size and turn), so
the surest pairs are all tried, as Philbin and others do (2007), and nothing is drawn at random. How good the
best is isn't told by a count of pairs but by how often chance would give as many: the number of false alarms
of Moisan and Stival (2004), which makes one threshold serve plain references and rich ones.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.appearance import Appearance, LocalFeatures
from detector.image.keypoints import mirrored

Floats = NDArray[np.float64]
Size = tuple[int, int]
"""Width and height in pixels."""
Outline = tuple[tuple[float, float], ...]
"""Corners in pixels of a picture."""

RATIO = 0.88  # Lowe's, wide: what is wrong costs little once places must agree
NEIGHBOURS = 4  # of which the first at another place than the nearest is the second best
FARTHEST = 300.0  # between descriptors, of 724: what is farther apart matches nothing
SAME_PLACE = 0.03  # of the reference's longer side: points that near each other are one point
MOST_TURN = 30.0  # degrees that a pair may differ from the hypothesis
MOST_RESCALE = 0.7  # octaves, likewise
# The chance that a wrong pair has such a turn and such a size: turns are spread evenly, sizes over some three
# octaves.
CHANCE_OF_POSE = (2 * MOST_TURN / 360) * (2 * MOST_RESCALE / 3)
LOOSE, TIGHT = 0.08, 0.03  # of the reference's size in the picture: how far off its place a pair may lie
PROPOSING = 200  # pairs, the surest, that propose a place: if the reference is there, some are right
SAMPLED = 100  # places at which crowding is looked at
FEWEST_PAIRS = 4
RARE = 3.0  # the rarity from which chance hardly explains an alignment
MOST_SHEAR = 4.0  # how many times longer one direction may become than another
SIZES = (0.02, 50.0)  # the scales that are believed


def corners_of(box: NDArray[np.floating]) -> tuple[tuple[float, float], ...]:
    """The corners of a box given by left, top, right and bottom, clockwise from the top left."""
    left, top, right, bottom = (float(side) for side in box)
    return (left, top), (right, top), (right, bottom), (left, bottom)


def bounds(outline: Outline) -> NDArray[np.float32]:
    """Left, top, right and bottom of the box around an outline."""
    points = np.array(outline, np.float32)
    around: NDArray[np.float32] = np.concatenate([points.min(axis=0), points.max(axis=0)])
    return around


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Where a reference lies in a picture.

    `transform` (3, 3) maps pixels of the reference onto those of the picture. `outline` is the reference's
    four corners in the picture, clipped to it, clockwise from the top left of the reference. `pairs` (n, 2)
    holds the inliers as indices of features of the reference and of the picture. `rarity` is -log10 of the
    number of such alignments that chance gives a pair of pictures.
    """

    transform: Floats
    outline: Outline
    pairs: NDArray[np.intp]
    rarity: float

    @property
    def sure(self) -> bool:
        """Whether chance hardly explains it."""
        return self.rarity >= RARE

    @property
    def inliers(self) -> int:
        return len(self.pairs)


def align(reference: Appearance, picture: Appearance, *, across: bool = False) -> Alignment | None:
    """The best place of the reference in the picture, or None where nothing agrees; of its mirror image where
    `across`.
    """
    own = mirrored(reference.features, reference.width) if across else reference.features
    size, frame = (reference.width, reference.height), (picture.width, picture.height)
    return next(iter(alignments(own, size, picture.features, frame, most=1)), None)


def alignments(
    reference: LocalFeatures, reference_size: Size, picture: LocalFeatures, picture_size: Size, most: int = 5
) -> list[Alignment]:
    """Up to `most` places of the reference in the picture, the surest first.

    A mirrored or inverted reference isn't found: give `keypoints.mirrored` or `keypoints.inverted` features.
    """
    pairs = matched(reference, picture, SAME_PLACE * max(reference_size))
    found: list[Alignment] = []
    while len(found) < most and len(pairs) >= FEWEST_PAIRS:
        alignment = _best(pairs, reference, reference_size, picture, picture_size)
        if alignment is None:
            break
        found.append(alignment)
        if len(found) == most:
            break
        taken = _covered(picture.places[pairs[:, 1], :2], alignment.outline)
        taken |= np.isin(pairs[:, 1], alignment.pairs[:, 1])
        pairs = pairs[~taken]
    return sorted(found, key=lambda alignment: -alignment.rarity)


def matched(reference: LocalFeatures, picture: LocalFeatures, same_place: float) -> NDArray[np.intp]:
    """Pairs (n, 2) of a feature of the reference and one of the picture that are alike, each of the picture's
    at most once, the surest first.

    The picture's features look for theirs in the reference, because the reference may be seen several times.
    A feature is sure where the second best of the reference, at another place than the best, is worse.
    """
    if len(reference) < NEIGHBOURS or not len(picture):
        return np.empty((0, 2), np.intp)
    near, distances, neighbours = _nearest(picture.descriptors, reference.descriptors, RATIO * FARTHEST)
    places = reference.places[neighbours, :2]
    elsewhere = np.hypot(*(places - places[:, :1]).transpose(2, 0, 1)) > same_place
    elsewhere[:, -1] = True
    second = np.where(elsewhere, distances, np.inf).min(axis=1)
    ratio = distances[:, 0] / np.maximum(np.minimum(second, FARTHEST), 1)
    sure = np.flatnonzero(ratio < RATIO)
    sure = sure[np.argsort(ratio[sure], kind="stable")]
    return np.column_stack([neighbours[sure, 0], near[sure]])


def _nearest(
    asked: NDArray[np.uint8], held: NDArray[np.uint8], within: float
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.intp]]:
    """Which of those asked (n, 128) have one of those held nearer than `within` (m,), how far their nearest
    ones are and which (m, NEIGHBOURS), the nearest first.

    Exact: no product of descriptors is too long for a float32. Only those that may be sure are sorted, which
    takes half the time of a search for all.
    """
    points, others = asked.astype(np.float32), held.astype(np.float32)
    own, lengths = (np.einsum("ij,ij->i", one, one) for one in (points, others))
    # The lengths of those held are one more column of the product: added after it they would take as long.
    points = np.column_stack([points, np.ones(len(points), np.float32)])
    squares = points @ np.column_stack([-2 * others, lengths]).T
    near = np.flatnonzero(squares.min(axis=1) + own < within**2)
    squares, rows = squares[near], np.arange(len(near))
    distances = np.empty((len(near), NEIGHBOURS), np.float32)
    numbers = np.empty((len(near), NEIGHBOURS), np.intp)
    for rank in range(NEIGHBOURS):
        numbers[:, rank] = best = squares.argmin(axis=1)
        distances[:, rank] = squares[rows, best]
        squares[rows, best] = np.inf
    return near, np.sqrt(distances + own[near, None]), numbers


def _best(
    pairs: NDArray[np.intp],
    reference: LocalFeatures,
    reference_size: Size,
    picture: LocalFeatures,
    picture_size: Size,
) -> Alignment | None:
    source = reference.places[pairs[:, 0]].astype(np.float64)
    target = picture.places[pairs[:, 1]].astype(np.float64)
    similarities, agreeing, tolerance = _hypotheses(source, target, max(reference_size))
    support = agreeing.sum(axis=1)
    for index in np.argsort(-support, kind="stable")[:3]:
        inside = np.flatnonzero(agreeing[index])
        inside = inside[_distinct(source[inside], target[inside], tolerance[index])]
        if len(inside) < FEWEST_PAIRS:
            return None
        transform, kept = _refined(source, target, similarities[index], inside, tolerance[index])
        if transform is None or not _believable(transform, reference_size):
            continue
        some = source[:: max(1, len(source) // SAMPLED), :2]
        expected = _apply(np.vstack([similarities[index], [0, 0, 1]]), some)
        chance = CHANCE_OF_POSE * _crowding(expected, tolerance[index], picture, picture_size)
        rarity = _rarity(len(kept), _distinct_places(target, tolerance[index]), chance)
        corners = _corners(transform, reference_size, picture_size)
        return Alignment(transform, corners, pairs[kept], rarity)
    return None


def _hypotheses(source: Floats, target: Floats, longest: int) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """For each of the surest m pairs the similarity that it proposes (m, 2, 3), which pairs agree with it
    (m, n), and how far off they may be (m,)."""
    scale = target[:, 2] / source[:, 2]
    turn = np.deg2rad(target[:, 3] - source[:, 3])
    x, y = source[:, 0], source[:, 1]
    octaves = np.log2(scale)
    first = slice(PROPOSING)
    cos, sin = (scale * np.cos(turn))[first], (scale * np.sin(turn))[first]
    across = target[first, 0] - cos * x[first] + sin * y[first]
    down = target[first, 1] - sin * x[first] - cos * y[first]
    similarities = np.stack(
        [np.stack([cos, -sin, across], axis=1), np.stack([sin, cos, down], axis=1)], axis=1
    )
    off_x = cos[:, None] * x - sin[:, None] * y + across[:, None] - target[:, 0]
    off_y = sin[:, None] * x + cos[:, None] * y + down[:, None] - target[:, 1]
    tolerance = np.maximum(LOOSE * longest * scale[first], 2.0)
    agreeing = np.hypot(off_x, off_y) < tolerance[:, None]
    one, other = np.nonzero(agreeing)  # few: only of these the rest is looked at
    turned = np.abs((turn[one] - turn[other] + np.pi) % (2 * np.pi) - np.pi)
    agreeing[one, other] = (np.abs(octaves[one] - octaves[other]) < MOST_RESCALE) & (
        turned < np.deg2rad(MOST_TURN)
    )
    return similarities, agreeing, tolerance


def _distinct(source: Floats, target: Floats, tolerance: float) -> NDArray[np.intp]:
    """Indices of pairs that are evidence of their own: no two share a point in either picture."""
    grain = max(tolerance / 4, 1.0)
    scale = np.median(target[:, 2] / source[:, 2])
    here, there = _cells(source[:, :2] * scale / grain), _cells(target[:, :2] / grain)
    taken_here: set[int] = set()
    taken_there: set[int] = set()
    chosen = []
    for index, (a, b) in enumerate(zip(here.tolist(), there.tolist(), strict=True)):
        if a not in taken_here and b not in taken_there:
            chosen.append(index)
            taken_here.add(a)
            taken_there.add(b)
    return np.array(chosen, np.intp)


def _distinct_places(target: Floats, tolerance: float) -> int:
    grain = max(tolerance / 4, 1.0)
    return len(np.unique(_cells(target[:, :2] / grain)))


def _cells(points: Floats) -> NDArray[np.int64]:
    """A number for each cell of a unit that points (n, 2) lie in: rows of arrays are slow to tell apart."""
    columns, rows = np.floor(points).astype(np.int64).T
    cells: NDArray[np.int64] = columns * 2**32 + rows
    return cells


def _crowding(expected: Floats, tolerance: float, picture: LocalFeatures, size: Size) -> float:
    """The chance that a wrong pair comes to lie where it is expected, in a picture whose features crowd."""
    x, y = picture.places[:, :2].T
    squares = (expected[:, :1].astype(np.float32) - x) ** 2 + (expected[:, 1:].astype(np.float32) - y) ** 2
    area = np.pi * tolerance**2 / (size[0] * size[1])
    return min(1.0, max(area, float((squares < tolerance**2).mean())))


def _refined(
    source: Floats, target: Floats, similarity: Floats, inside: NDArray[np.intp], tolerance: float
) -> tuple[Floats | None, NDArray[np.intp]]:
    """The transform of least squares through the pairs, and those that lie close to it: first an affine one,
    then, where there are enough, a homography by MAGSAC++ (Barath and others, 2020)."""
    transform = np.vstack([similarity, [0, 0, 1]])
    kept = inside
    tight = max(tolerance * TIGHT / LOOSE, 1.5)
    for width in (tolerance, (tolerance + tight) / 2, tight):
        if len(kept) < FEWEST_PAIRS:
            break
        transform = _affine(source[kept, :2], target[kept, :2], transform)
        off = np.hypot(*(_apply(transform, source[inside, :2]) - target[inside, :2]).T)
        kept = inside[off < width]
    if len(kept) < FEWEST_PAIRS:
        return None, kept
    if len(kept) >= 12:
        cv2.setRNGSeed(0)
        homography, flags = cv2.findHomography(
            source[inside, :2], target[inside, :2], cv2.USAC_MAGSAC, tight, maxIters=500
        )
        if homography is not None and flags.sum() > len(kept):
            return homography.astype(np.float64), inside[flags.ravel() > 0]
    return transform, kept


def _affine(source: Floats, target: Floats, near: Floats) -> Floats:
    """The affine transform of least squares, held to `near` where the points don't determine it."""
    middle = source.mean(axis=0)
    spread = max(float(np.sqrt(((source - middle) ** 2).mean())), 1e-6)
    here = np.column_stack([(source - middle) / spread, np.ones(len(source))])
    rest = target - _apply(near, source)
    stiff = np.diag([1.0, 1.0, 1e-6])
    change = np.linalg.solve(here.T @ here + stiff, here.T @ rest)
    linear = near[:2, :2] + change[:2].T / spread
    shift = near[:2, 2] + change[2] - change[:2].T @ middle / spread
    return np.vstack([np.column_stack([linear, shift]), [0, 0, 1]])


def _apply(transform: Floats, points: Floats) -> Floats:
    moved = points @ transform[:, :2].T + transform[:, 2]
    return moved[:, :2] / moved[:, 2:]


def _believable(transform: Floats, size: Size) -> bool:
    """Whether the reference would look like something held before a camera: not flipped, torn or folded."""
    corners = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float64)
    depth = corners @ transform[2, :2] + transform[2, 2]
    if not np.isfinite(transform).all() or (depth <= 1e-6).any() or depth.max() > 3 * depth.min():
        return False
    x, y = _apply(transform, corners).T
    sides = np.column_stack([np.roll(x, -1) - x, np.roll(y, -1) - y])
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    if (turns <= 0).any():
        return False
    middle = np.array(size) / 2
    ahead = _apply(transform, middle + np.array([[0.0, 0], [1, 0], [0, 1]]))
    stretches = np.linalg.svd((ahead[1:] - ahead[0]).T, compute_uv=False)
    return bool(
        stretches[0] <= MOST_SHEAR * stretches[1]
        and SIZES[0] < float(np.sqrt(stretches[0] * stretches[1])) < SIZES[1]
    )


def _corners(transform: Floats, size: Size, picture: Size) -> tuple[tuple[float, float], ...]:
    corners = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float64)
    inside = np.clip(_apply(transform, corners), 0, picture)
    return tuple((float(x), float(y)) for x, y in inside)


def _covered(points: NDArray[np.float32], outline: tuple[tuple[float, float], ...]) -> NDArray[np.bool_]:
    """Which points lie within the outline."""
    polygon = np.array(outline, np.float32)
    return np.array([cv2.pointPolygonTest(polygon, (float(x), float(y)), False) >= 0 for x, y in points])


def _rarity(agreeing: int, pairs: int, chance: float) -> float:
    """-log10 of the expected number of hypotheses, one for each pair, with which as many others agree.

    Those that agree after fitting are counted, at the chance they had before it.

    The binomial tail is bounded from above by Chernoff's bound, which is finite however rare it is.
    """
    others = max(pairs, agreeing) - 1
    share = (agreeing - 1) / others
    if share <= chance:
        return -float(np.log10(others + 1))
    divergence = share * np.log(share / chance)
    if share < 1:
        divergence += (1 - share) * np.log((1 - share) / (1 - chance))
    return float((others * divergence - np.log(others + 1)) / np.log(10))
