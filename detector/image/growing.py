"""A reference index grown by what is new, without looking again at what it holds.

What is gone stays in the trained indexes and belongs to nobody. Both that and growth beyond what they were
trained on make them worse by and by, so that they are made anew now and then.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.image.marks import MarkVectors
from detector.image.nearest import Nearest
from detector.image.references import IndexParts, seen_of
from detector.image.votes import Points, Votes, add_points, index_of, lists_for
from detector.sighting import Reference

_TIMES = 2.0
"""How many times as many vectors as an index was trained on it may come to hold."""
_GONE = 0.25
"""Share of them that may belong to nobody: they take the places of neighbours."""

Mask = NDArray[np.bool_]


def grown(
    before: IndexParts,
    marks_stay: Mask,
    pictures_stay: Mask,
    marks: Sequence[Reference],
    pictures: Sequence[Reference],
) -> IndexParts:
    """The parts of an index of those that stay, in their order, with `marks` and `pictures` after them.

    The masks are of what `before` holds, which is used up; it must have been read to be grown.
    """
    rows, nearest = _marks(before, marks_stay, marks)
    hashes, points = seen_of(pictures)
    votes = _votes(before.votes, pictures_stay, points)
    return IndexParts(rows, nearest, np.concatenate([before.hashes[pictures_stay], hashes]), votes)


def outgrown(parts: IndexParts) -> bool:
    """Whether it is time to make the indexes anew."""
    votes, lists = parts.votes, 0 if parts.votes.index is None else int(parts.votes.index.nlist)
    return (
        _mostly_gone(votes.owner)
        or _mostly_gone(parts.marks.owner)
        or lists_for(len(votes.owner)) > lists * _TIMES**0.5
        or len(parts.nearest) > _TIMES * parts.nearest.trained_on
    )


def _mostly_gone(owner: NDArray[np.int32]) -> bool:
    return len(owner) > 0 and float((owner < 0).mean()) > _GONE


def _renumbered(owner: NDArray[np.int32], stay: Mask) -> NDArray[np.int32]:
    number = np.where(stay, np.cumsum(stay) - 1, -1).astype(np.int32)
    # Of -1, what is gone already, the last number is taken, so one is put there for it.
    return np.append(number, np.int32(-1))[owner]


def _marks(before: IndexParts, stay: Mask, fresh: Sequence[Reference]) -> tuple[MarkVectors, Nearest]:
    old, new = before.marks, MarkVectors.of(one.appearance for one in fresh)
    owner = _renumbered(old.owner, stay)
    kept = owner >= 0 if before.nearest.exact else np.ones(len(owner), bool)
    pairs: list[tuple[Any, Any]] = [
        (old.vectors[kept], new.vectors),
        (owner[kept], new.owner + np.int32(stay.sum())),
        (old.turn[kept], new.turn),
        (old.costs[kept], new.costs),
    ]
    # Of none at all it isn't known how long a vector would be.
    rows = MarkVectors(*(b if not len(a) else a if not len(b) else np.concatenate([a, b]) for a, b in pairs))
    if before.nearest.exact:
        return rows, Nearest(rows.vectors)
    before.nearest.add(new.vectors)
    return rows, before.nearest


def _votes(before: Votes, stay: Mask, points: Points) -> Votes:
    owner = np.concatenate([_renumbered(before.owner, stay), points.owner + np.int32(stay.sum())])
    places = np.concatenate([before.places, points.places])
    if before.index is None:
        return Votes.of(owner, places, index_of(points.descriptors))
    add_points(before.index, points.descriptors)
    return Votes.of(owner, places, before.index)
