"""Which of the brands' own pictures a picture shows: indexes propose a few, each is then compared in earnest.

Marks are proposed by vectors of regions, because a mark has few points of its own; pictures and products by
their points, because any part of one may be seen.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from detector.appearance import Appearance
from detector.image import copies, products
from detector.image.geometry import Alignment, align
from detector.image.hashes import distances
from detector.image.keypoints import mirrored
from detector.image.nearest import Nearest
from detector.image.votes import Votes
from detector.result import Box
from detector.sighting import AssetKind, Reference, Seen, Sighting

MARKS, PICTURES, MIRRORED = 10, 10, 5
"""References that are compared in earnest with a picture, some 3 ms each."""
NEIGHBOURS = 8
"""Of each region."""
RARE = 3.0
"""From here chance hardly explains an alignment: -log10 of how many it gives in a pair of pictures."""
_PAIRS_SHOWN = 40


class ReferenceIndex:
    """Finds which of many references a picture shows; they come from those who asked for protection."""

    def __init__(self, references: Sequence[Reference]) -> None:
        self.references = tuple(references)
        self._marks = [each for each in references if each.kind is AssetKind.LOGO]
        self._pictures = [each for each in references if each.kind is not AssetKind.LOGO]
        marks = [each.appearance.regions.embeddings[:1] for each in self._marks]
        self._regions = Nearest(np.concatenate(marks or [np.zeros((0, 1), np.float16)]))
        hashes = [each.appearance.hashes[:1] for each in self._pictures]
        self._hashes = np.concatenate(hashes or [np.zeros((0, 32), np.uint8)])
        self._votes = Votes([each.appearance.features for each in self._pictures])

    def recognise(self, look: Appearance) -> list[Sighting]:
        """What of the references the picture shows, the surest first, each reference once."""
        found = [sighting for mark in self.marks_near(look) for sighting in _mark(mark, look)]
        dressed: dict[int, tuple[Reference, Alignment]] = {}
        copied = set()
        for number, across in self._proposed(look):
            reference = self._pictures[number]
            place = _aligned(reference, look, across)
            copy = copies.hashed(reference.appearance, look)
            if copy is None and place is not None:
                copy = copies.judged(reference.appearance, look, place, across)
            if copy is not None and number not in copied:
                copied.add(number)
                found.append(_copied(reference, look, copy, place))
            elif reference.kind is AssetKind.PRODUCT and place is not None and not across:
                dressed[number] = reference, place
        found += _products([dressed[number] for number in dressed if number not in copied], look)
        return sorted(found, key=lambda sighting: -sighting.score)

    def marks_near(self, look: Appearance) -> list[Reference]:
        """The marks that lie nearest to any region of the picture, the nearest first."""
        if not self._marks:
            return []
        similar, which = self._regions.search(look.regions.embeddings, min(NEIGHBOURS, len(self._marks)))
        best = np.full(len(self._marks), -1.0)
        np.maximum.at(best, which[which >= 0], similar[which >= 0])
        return [self._marks[n] for n in np.argsort(-best, kind="stable")[:MARKS]]

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


def _copied(reference: Reference, look: Appearance, copy: copies.Copy, place: Alignment | None) -> Sighting:
    detail = None if copy.kind == "whole" else {"part": "a part of it", "mirrored": "mirrored"}[copy.kind]
    pairs = _pairs(reference, look, place)
    return Sighting(reference, Seen.COPY, _box(copy.box), copy.score, detail, pairs)


def _products(candidates: Sequence[tuple[Reference, Alignment]], look: Appearance) -> Iterator[Sighting]:
    """The likeliest product alone: those of one maker share their dress."""
    placed = [(reference, place) for reference, place in candidates if place.rarity >= RARE]
    for best in products.recognised([(each.appearance, place) for each, place in placed], look)[:1]:
        if best.score >= products.SURE:
            reference, place = placed[best.number]
            pairs = _pairs(reference, look, place)
            yield Sighting(reference, Seen.PRODUCT, _box(place.outline), best.score, None, pairs)


def _mark(reference: Reference, look: Appearance) -> Iterator[Sighting]:
    place = _aligned(reference, look)
    if place is not None and place.rarity >= RARE:
        score = min(1.0, 0.5 + place.rarity / 24)
        yield Sighting(reference, Seen.MARK, _box(place.outline), score, None, _pairs(reference, look, place))


def _aligned(reference: Reference, look: Appearance, across: bool = False) -> Alignment | None:
    """Where the reference, or its mirror image, lies in the picture."""
    own = reference.appearance
    features = mirrored(own.features, own.width) if across else own.features
    return align(features, (own.width, own.height), look.features, (look.width, look.height))


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
