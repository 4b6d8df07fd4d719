"""Findings that point at what was recognised in a picture."""

from collections.abc import Iterator

from detector.result import Evidence, Reason
from detector.sighting import Seen, Sighting
from detector.signals.protocol import Finding
from detector.signals.said import FITS, said
from detector.view import View


def seen(kind: Reason, where: str, sighting: Sighting, left: float = 1.0) -> Evidence:
    """`left`, 0 to 1, is what other things in the listing leave of the sighting's score."""
    return Evidence(
        kind=kind,
        where=where,
        found=None,
        score=sighting.score * left,
        box=sighting.box,
        asset=sighting.reference.asset,
        product=sighting.reference.product,
        detail=sighting.detail,
    )


def shown_unnamed(view: View, how: Seen, kind: Reason) -> Iterator[Finding]:
    """What is seen so of brands that no text names; less where the texts say the goods fit the brand."""
    sightings = [(where, sighting) for where, sighting in view.sightings if sighting.seen is how]
    written, fitted = said(view, {sighting.reference.brand for _, sighting in sightings})
    for where, sighting in sightings:
        brand = sighting.reference.brand
        if brand not in written:
            fits = fitted.get(brand, [])
            yield Finding(brand, seen(kind, where, sighting, FITS if fits else 1.0), tuple(fits))
