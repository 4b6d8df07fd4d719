"""Evidence that points at what was recognised in a picture."""

from detector.result import Evidence, Reason
from detector.sighting import Sighting


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
