"""Which of the brands' own pictures a picture shows: indexes propose a few, each is then compared in earnest.

Marks are proposed by vectors of regions, because a mark has few points of its own; pictures and products by
their points, because any part of one may be seen.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from detector.appearance import Appearance, LocalFeatures
from detector.image import copies, obscured, products
from detector.image.geometry import Alignment, align
from detector.image.hashes import distances
from detector.image.keypoints import mirrored
from detector.image.marks import Found, MarkIndex, MarkVectors
from detector.image.nearest import Nearest
from detector.image.votes import Points, Votes
from detector.result import Box
from detector.sighting import AssetKind, Reference, Seen, Sighting

PICTURES, MIRRORED = 10, 5
"""References that are compared in earnest with a picture, some 3 ms each, and as mirror images."""
DRESS_ALONE = 0.55
"""How surely it is the brand's dress where the product in it can't be told."""
_PAIRS_SHOWN = 40

_Taken = tuple[Reference, copies.Copy, Alignment | None]
"""A reference, what was made from it, and where its points agree, if they do."""


@dataclass(frozen=True, slots=True, eq=False)
class IndexParts:
    """What an index asks all references by: `marks` and `nearest` those that are logos; `hashes` (n, 32),
    upright, and `votes` the pictures and products. Numbers count each of the two by itself.
    """

    marks: MarkVectors
    nearest: Nearest
    hashes: NDArray[np.uint8]
    votes: Votes

    @classmethod
    def of(cls, references: Iterable[Reference]) -> Self:
        marks, pictures = parted(references)
        vectors = MarkVectors.of(mark.appearance for mark in marks)
        hashes, points = seen_of(pictures)
        return cls(vectors, Nearest(vectors.vectors), hashes, Votes(points))


def parted(references: Iterable[Reference]) -> tuple[list[Reference], list[Reference]]:
    """Logos, and all others."""
    marks: list[Reference] = []
    pictures: list[Reference] = []
    for each in references:
        (marks if each.kind is AssetKind.LOGO else pictures).append(each)
    return marks, pictures


def seen_of(pictures: Iterable[Reference]) -> tuple[NDArray[np.uint8], Points]:
    """The hashes (n, 32) of pictures as they stand upright, and their points; each look is asked for once."""
    hashes: list[NDArray[np.uint8]] = [np.zeros((0, 32), np.uint8)]

    def features() -> Iterator[LocalFeatures]:
        for each in pictures:
            look = each.appearance
            hashes.append(look.hashes[:1].copy())  # a part would keep the whole in memory
            yield look.features

    points = Points.of(features())
    return np.concatenate(hashes), points


class ReferenceIndex:
    """Finds which of many references a picture shows; they come from those who asked for protection.

    `parts` are what it asks them all by, where that was kept; a reference's look is then asked for when the
    reference is compared.
    """

    def __init__(self, references: Sequence[Reference], parts: IndexParts | None = None) -> None:
        self.references = tuple(references)
        marks, self._pictures = parted(references)
        self.parts = IndexParts.of(references) if parts is None else parts
        self._marks = MarkIndex(marks, self.parts.marks, self.parts.nearest)
        self._known_marks: dict[Reference, list[tuple[float, ...]]] = {}
        self._hashes, self._votes = self.parts.hashes, self.parts.votes

    def of(self, brands: Collection[str]) -> "ReferenceIndex | None":
        """An index of the references of some brands alone, None where they have none."""
        some = [one for one in self.references if one.brand in brands]
        return ReferenceIndex(some) if some else None

    def likest(self, look: Appearance, kind: AssetKind) -> list[Reference]:
        """The references of a kind that a picture is likest to as a whole: itself, if it is one of them."""
        if kind is not AssetKind.LOGO:
            return self.pictures_near(look)
        return [self._marks.marks[number] for number in self._marks.likest(look)]

    def recognise(self, look: Appearance) -> list[Sighting]:
        """What of the references the picture shows, the surest first; of what several references of a brand
        tell of one place the surest alone.
        """
        found = [
            sighting
            for mark in self._marks.recognise(look)
            for sighting in _marked(self._marks.marks[mark.number], look, mark)
        ]
        taken, dressed = self._compared(look)
        for reference, copy, place in taken:
            found.append(_copied(reference, look, copy, place))
            if place is not None and copy.kind != "mirrored":
                found += self._covered(reference, look, place)
        worn = [  # what a copy shows is no other's dress
            (reference, place)
            for reference, place in dressed
            if not any(products.one_place(place.outline, copy.box) for _, copy, _ in taken)
        ]
        if (dress := _dress(worn, look)) is not None:
            sighting, place = dress
            found += [sighting, *self._covered(sighting.reference, look, place)]
        return _each_place_once(sorted(found, key=lambda sighting: -sighting.score))

    def _compared(self, look: Appearance) -> tuple[list[_Taken], list[tuple[Reference, Alignment]]]:
        """References that the picture was made from, no two brands' at one place, the surest first; and
        products that lie in it."""
        copied: dict[int, _Taken] = {}
        dressed: list[tuple[Reference, Alignment]] = []
        for number, across in self._proposed(look):
            if number in copied:
                continue
            reference = self._pictures[number]
            place = align(reference.appearance, look, across=across)
            copy = copies.hashed(reference.appearance, look)
            if copy is None and place is not None:
                copy = copies.judged(reference.appearance, look, place, across)
            if copy is not None:
                copied[number] = reference, copy, place
            elif reference.kind is AssetKind.PRODUCT and place is not None and not across:
                dressed.append((reference, place))
        kept: list[_Taken] = []
        for one in sorted(copied.values(), key=lambda one: -one[1].score):
            others = [copy.box for reference, copy, _ in kept if reference.brand != one[0].brand]
            if not any(products.one_place(one[1].box, box) for box in others):
                kept.append(one)
        return kept, dressed

    def pictures_near(self, look: Appearance) -> list[Reference]:
        """The pictures and products that are compared with a picture, the likeliest first."""
        return [self._pictures[number] for number in dict.fromkeys(n for n, _ in self._proposed(look))]

    def _proposed(self, look: Appearance) -> list[tuple[int, bool]]:
        """Those with most points in common, and whether with the mirror image; first those of a like hash."""
        near = distances(look.hashes, self._hashes).min(axis=0) if self._pictures else np.zeros(0)
        ranked = [(int(n), False) for n in np.flatnonzero(near <= copies.SAME_HASH)]
        ranked += [(n, False) for n in self._votes.candidates(look.features, PICTURES)]
        turned = mirrored(look.features, look.width)
        ranked += [(n, True) for n in self._votes.candidates(turned, MIRRORED)]
        return list(dict.fromkeys(ranked))

    def _covered(self, reference: Reference, look: Appearance, place: Alignment) -> Iterator[Sighting]:
        """The marks that the reference carries and something in the picture lies over."""
        own = reference.appearance
        for mark in self._carried(reference):
            hidden = obscured.covered(own, look, place, mark)
            if hidden is not None:
                yield Sighting(
                    reference, Seen.OBSCURED, _box(hidden.box), hidden.score, "its mark is covered"
                )

    def _carried(self, reference: Reference) -> list[tuple[float, ...]]:
        """Left, top, right and bottom of the brand's own marks in its own picture, looked for but once."""
        if reference not in self._known_marks:
            self._known_marks[reference] = [
                (*np.min(outline, axis=0), *np.max(outline, axis=0))
                for found in self._marks.recognise(reference.appearance)
                if self._marks.marks[found.number].brand == reference.brand
                for outline in found.places
            ]
        return self._known_marks[reference]


def _each_place_once(found: Sequence[Sighting]) -> list[Sighting]:
    kept: list[Sighting] = []
    for one in found:
        alike = [
            each for each in kept if each.seen is one.seen and each.reference.brand == one.reference.brand
        ]
        if not any(products.one_place(one.box, each.box) for each in alike):
            kept.append(one)
    return kept


def _copied(reference: Reference, look: Appearance, copy: copies.Copy, place: Alignment | None) -> Sighting:
    detail = None if copy.kind == "whole" else {"part": "a part of it", "mirrored": "mirrored"}[copy.kind]
    pairs = _pairs(reference, look, place)
    return Sighting(reference, Seen.COPY, _box(copy.box), copy.score, detail, pairs)


def _dress(
    candidates: Sequence[tuple[Reference, Alignment]], look: Appearance
) -> tuple[Sighting, Alignment] | None:
    """The likeliest product alone, as those of one maker share their dress: named where it is sure, else said
    to be the dress of one like it.
    """
    placed = [(reference, place) for reference, place in candidates if place.sure]
    for best in products.recognised([(each.appearance, place) for each, place in placed], look)[:1]:
        reference, place = placed[best.number]
        score, detail = best.score, None
        if score < products.SURE:
            score, detail = DRESS_ALONE, "its dress, perhaps of another product"
        if best.score >= products.SURE or place.rarity >= products.DRESS:
            pairs = _pairs(reference, look, place)
            return Sighting(reference, Seen.PRODUCT, _box(place.outline), score, detail, pairs), place
    return None


def _marked(mark: Reference, look: Appearance, found: Found) -> Iterator[Sighting]:
    """A sighting for each place of the mark, with the points that agree there."""
    points = found.alignment
    for place in found.places:
        here = points is not None and products.one_place(place, points.outline)
        pairs = _pairs(mark, look, points if here else None)
        yield Sighting(mark, Seen.MARK, _box(place), found.score, found.turn, pairs)
    if found.alignment is not None and found.alignment.sure:
        own = mark.appearance
        lost = obscured.cut(found.alignment, (own.width, own.height), (look.width, look.height))
        if lost is not None:
            yield Sighting(mark, Seen.OBSCURED, _box(lost.box), lost.score, "cut by the edge")


def _box(corners: Sequence[tuple[float, float]]) -> Box:
    a, b, c, d = ((round(x, 1), round(y, 1)) for x, y in corners)
    return a, b, c, d


def _pairs(
    reference: Reference, look: Appearance, place: Alignment | None
) -> tuple[tuple[float, float, float, float], ...]:
    if place is None:
        return ()
    here = reference.appearance.features.places[place.pairs[:_PAIRS_SHOWN, 0], :2]
    there = look.features.places[place.pairs[:_PAIRS_SHOWN, 1], :2]
    return tuple((float(x), float(y), float(u), float(v)) for (x, y), (u, v) in zip(here, there, strict=True))
