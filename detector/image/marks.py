"""Which marks a picture shows: regions that look like a mark more than strangers do, and points that agree.

A plain mark resembles many things, a rich one few. So it isn't the resemblance that counts but what it has
beyond the resemblance that the mark has to strangers: vectors of rendered marks and of parts of photos, which
come with the networks. One threshold serves all marks that way (as score normalisation does for speakers:
Auckenthaler and others, 2000).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from math import log10
from typing import Self

import numpy as np
from numpy.typing import NDArray

from detector.appearance import Appearance
from detector.image.embedding import shipped
from detector.image.geometry import Alignment, Outline, align, bounds, corners_of
from detector.image.nearest import Nearest
from detector.image.places import ONE_PLACE, places_of
from detector.image.regions import overlaps
from detector.sighting import Reference

STRANGERS, TURNS = "strangers.npy", "turns.npy"
"""In `weights`: strangers' vectors (n, 128), and what turns a vector as its view is turned (4, 128, 128)."""
TURN_NAMES = ("mirrored", "turned by 90°", "turned by 180°", "turned by 270°")
TURNED_COSTS = 0.08
"""Turned marks are seldom, and there are four ways to be taken for one."""
NEAREST_STRANGERS = 60
CANDIDATES = 20
"""Marks whose points are compared, some 3 ms each."""
NEIGHBOURS = 8
"""Of each region."""
RARITY_COUNTS = 0.04
"""What a tenth less chance of agreeing by accident adds to the resemblance; up to MOST_RARE."""
MOST_RARE = 8.0
ENOUGH = 0.3
CERTAIN = 0.7
"""Resemblance beyond that to strangers, and what points add, for a mark to be there at all, and surely."""
FAINT = 0.06
"""Up to so much above what is enough a mark is told, but not sure enough to be acted on alone: of photos of
goods with nobody's mark 2.9% come to lie there, of those with one 4.6% (`docs/decisions/false-marks.md`)."""
FEW, A_DECADE_COSTS = 100, 0.05
"""The more marks, the more of them look like something in a picture by chance: beyond FEW, ten times as many
ask for so much more. To keep false marks as seldom some 0.09 would be needed, at the cost of faint ones."""

_AT_ONCE = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A mark of the index by its number, and how surely it is there, 0.25 to 1, below 0.5 too faint to count
    alone. `places` are where, the surest first; none where other marks of its brand are likelier at all of
    them. `alignment` is how its points agree with one place, None where only the region's look tells.
    """

    number: int
    score: float
    places: tuple[Outline, ...]
    alignment: Alignment | None
    turn: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MarkVectors:
    """What marks look like, a row a vector: `vectors` (n, d) of unit length; `owner` (n,) the number of the
    mark, -1 where that is gone; `turn` (n,) its place in TURN_NAMES, -1 upright; `costs` (n,) what strangers
    resemble it, and what a turn costs.
    """

    vectors: NDArray[np.float32]
    owner: NDArray[np.int32]
    turn: NDArray[np.int8]
    costs: NDArray[np.float32]

    @classmethod
    def of(cls, looks: Iterable[Appearance]) -> Self:
        rows = [_own_vectors(look) for look in looks]
        vectors = np.concatenate([some for some, _ in rows] or [np.zeros((0, 1), np.float32)])
        turn = np.array([turn for _, turns in rows for turn in turns], np.int8)
        owner = np.repeat(np.arange(len(rows), dtype=np.int32), [len(some) for some, _ in rows])
        costs = usual_resemblance(vectors)
        costs[turn >= 0] += TURNED_COSTS
        return cls(vectors, owner, turn, costs)


class MarkIndex:
    """Finds brands' marks; all vectors must come from one embedder.

    `rows` and `nearest`, which finds the nearest of them, may come from where they were kept.
    """

    def __init__(
        self, marks: Sequence[Reference], rows: MarkVectors | None = None, nearest: Nearest | None = None
    ) -> None:
        self.marks = tuple(marks)
        self.rows = MarkVectors.of(mark.appearance for mark in marks) if rows is None else rows
        self.nearest = Nearest(self.rows.vectors) if nearest is None else nearest
        self._enough = ENOUGH + A_DECADE_COSTS * max(0.0, log10(max(1, len(marks)) / FEW))

    def recognise(self, look: Appearance) -> list[Found]:
        """The marks that the picture shows, each once and no two brands' at one place, the surest first."""
        if not self.marks:
            return []
        found: list[Found] = []
        taken: list[tuple[str, NDArray[np.float32]]] = []
        for evidence, vector, outline, alignment in sorted(self._weighed(look), key=lambda one: -one[0]):
            if evidence < self._enough:
                break
            number = int(self.rows.owner[vector])
            brand, box = self.marks[number].brand, bounds(outline)
            others = [place for owner, place in taken if owner != brand]
            if not others or overlaps(box, np.stack(others)).max() <= ONE_PLACE:
                taken.append((brand, box))
                score = _score(evidence - self._enough)
                found.append(Found(number, score, (outline,), alignment, self._turn(vector)))
        return self._placed(found, look)

    def likest(self, look: Appearance) -> list[int]:
        """The numbers of the marks that a picture is likest to as a whole."""
        if not self.marks:
            return []
        _, which = self.nearest.search(look.regions.embeddings[:1], NEIGHBOURS)
        owners = self.rows.owner[which[0][which[0] >= 0]]
        return [int(owner) for owner in owners if owner >= 0]

    def _turn(self, vector: int) -> str | None:
        turn = int(self.rows.turn[vector])
        return None if turn < 0 else TURN_NAMES[turn]

    def _weighed(self, look: Appearance) -> Iterator[tuple[float, int, Outline, Alignment | None]]:
        for vector, region, resemblance in self._candidates(look):
            if resemblance + RARITY_COUNTS * MOST_RARE < self._enough:
                break  # not even the rarest agreement of points would make up for it
            mark = self.marks[self.rows.owner[vector]].appearance
            alignment = align(mark, look, across=self._turn(vector) == "mirrored")
            rarity = 0.0 if alignment is None else min(max(alignment.rarity, 0.0), MOST_RARE)
            outline = corners_of(look.regions.boxes[region])
            if alignment is not None and alignment.sure:
                outline = alignment.outline
            yield resemblance + RARITY_COUNTS * rarity, vector, outline, alignment

    def _placed(self, found: list[Found], look: Appearance) -> list[Found]:
        """With all places of each brand's marks, every one given to the mark that is likest there."""
        placed: dict[int, Found] = {}
        for brand in dict.fromkeys(self.marks[one.number].brand for one in found):
            own = [one for one in found if self.marks[one.number].brand == brand]
            others = [bounds(one.places[0]) for one in found if self.marks[one.number].brand != brand]
            likeness = np.stack([self._likeness(one.number, look) for one in own], axis=1)
            outlines = [
                (n, one.places[0])
                for n, one in enumerate(own)
                if one.alignment is not None and one.alignment.sure
            ]
            places = places_of(look.regions.boxes, likeness, outlines, np.array(others).reshape(-1, 4))
            places = places or [(0, own[0].places[0])]
            for n, one in enumerate(own):
                here = tuple(outline for number, outline in places if number == n)
                placed[one.number] = replace(one, places=here)
        return [placed[one.number] for one in found]

    def _likeness(self, number: int, look: Appearance) -> NDArray[np.float32]:
        """How much more each region (n,) resembles a mark than strangers do."""
        own = self.rows.owner == number
        beyond = look.regions.embeddings.astype(np.float32) @ self.rows.vectors[own].T - self.rows.costs[own]
        likest: NDArray[np.float32] = beyond.max(axis=1)
        return likest

    def _candidates(self, look: Appearance) -> list[tuple[int, int, float]]:
        """Of each likely mark the vector that fits best, the region most like it, and how much more than
        strangers are; the likeliest first."""
        rows = self.rows
        similar, which = self.nearest.search(look.regions.embeddings, min(NEIGHBOURS, len(rows.vectors)))
        which = np.where(rows.owner[which] < 0, -1, which)
        beyond = np.where(which >= 0, similar - rows.costs[which], -np.inf)
        best: dict[int, tuple[int, int, float]] = {}
        for place in np.argsort(-beyond, axis=None):
            vector = int(which.flat[place])
            if vector >= 0:
                region = int(place) // which.shape[1]
                best.setdefault(int(self.rows.owner[vector]), (vector, region, float(beyond.flat[place])))
            if len(best) == CANDIDATES:
                break
        return list(best.values())


def _own_vectors(mark: Appearance) -> tuple[NDArray[np.float32], list[int]]:
    """What the mark looks like, upright and, where that is known of the model, mirrored and turned."""
    upright = mark.regions.embeddings[:1].astype(np.float32)
    if not shipped(mark.engine):
        return upright, [-1]
    turned = np.concatenate([upright @ turn for turn in _array(TURNS).astype(np.float32)])
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    return np.concatenate([upright, turned]), [-1, *range(len(TURN_NAMES))]


def usual_resemblance(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """How like each vector (n, d) the strangers most like it are, on average; 0 for vectors of a model
    without strangers of its own.
    """
    strangers = _array(STRANGERS).astype(np.float32)
    if vectors.shape[1] != strangers.shape[1]:
        return np.zeros(len(vectors), np.float32)
    usual = np.zeros(len(vectors), np.float32)
    for start in range(0, len(vectors), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        usual[some] = np.partition(vectors[some] @ strangers.T, -NEAREST_STRANGERS)[
            :, -NEAREST_STRANGERS:
        ].mean(1)
    return usual


@lru_cache(maxsize=2)
def _array(name: str) -> NDArray[np.float16]:
    with (files("detector.image") / "weights" / name).open("rb") as file:
        values: NDArray[np.float16] = np.load(file, allow_pickle=False)
    return values


def _score(beyond: float) -> float:
    """From what evidence has beyond what is just enough: a half where it is no longer faint, half of that
    where it is just enough, 1 where it could hardly be more."""
    if beyond < FAINT:
        return 0.25 + 0.25 * beyond / FAINT
    return min(1.0, 0.5 + (beyond - FAINT) / (2 * (CERTAIN - ENOUGH - FAINT)))
