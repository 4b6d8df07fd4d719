"""The brands' own pictures, and which of them a picture shows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detector.appearance import Appearance
from detector.image.geometry import align
from detector.image.keypoints import mirrored
from detector.image.nearest import Nearest
from detector.result import Box
from detector.sighting import AssetKind, Sighting

MOST_CANDIDATES = 20
"""References that are compared in earnest with a picture: some 3 ms each."""
NEIGHBOURS = 8
"""Of each region."""
RARE = 3.0
"""From here chance hardly explains an alignment: log10 of one false alarm in so many pairs of pictures."""
CERTAIN = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A picture of the brand's, read. `asset` is its path as the owner gave it, `product` what it shows."""

    brand: str
    asset: str
    kind: AssetKind
    appearance: Appearance
    product: str | None = None


class ReferenceIndex:
    """Finds which of many references a picture shows: an index proposes a few, local features decide."""

    def __init__(self, references: Sequence[Reference]) -> None:
        self.references = tuple(references)
        looks = [reference.appearance for reference in self.references]
        self._owner = np.repeat(np.arange(len(looks)), [len(look.regions) for look in looks])
        width = looks[0].regions.embeddings.shape[1] if looks else 1
        vectors = [look.regions.embeddings for look in looks]
        self._regions = Nearest(np.concatenate(vectors) if vectors else np.zeros((0, width), np.float16))

    def recognise(self, look: Appearance) -> list[Sighting]:
        """What of the references the picture shows, the surest first, each reference once."""
        found = filter(None, (self._confirmed(self.references[n], look) for n in self.candidates(look)))
        return sorted(found, key=lambda sighting: -sighting.score)

    def candidates(self, look: Appearance) -> list[int]:
        """References that the picture may show, the likeliest first."""
        similar, which = self._regions.search(look.regions.embeddings, NEIGHBOURS)
        best: dict[int, float] = {}
        for score, vector in zip(similar.ravel(), which.ravel(), strict=True):
            if vector >= 0:
                owner = int(self._owner[vector])
                best[owner] = max(best.get(owner, -1.0), float(score))
        return sorted(best, key=lambda n: -best[n])[:MOST_CANDIDATES]

    @staticmethod
    def _confirmed(reference: Reference, look: Appearance) -> Sighting | None:
        own, size = reference.appearance, (look.width, look.height)
        plain = align(own.features, (own.width, own.height), look.features, size)
        turned = align(mirrored(own.features, own.width), (own.width, own.height), look.features, size)
        best, detail = max(
            ((plain, None), (turned, "mirrored")), key=lambda each: each[0].rarity if each[0] else 0
        )
        if best is None or best.rarity < RARE:
            return None
        a, b, c, d = ((round(x, 1), round(y, 1)) for x, y in best.outline)
        box: Box = (a, b, c, d)
        return Sighting(
            reference.brand,
            reference.asset,
            reference.kind,
            box,
            min(1.0, 0.5 + best.rarity / (2 * CERTAIN)),
            reference.product,
            detail,
        )
