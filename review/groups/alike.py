"""Pictures that look like another: found by bands of their hashes, compared in earnest."""

from collections.abc import Mapping

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.image.bands import ALIKE, bands
from detector.image.hashes import distances
from review.groups.tables import Band, Look

_MOST_LIKELY = 500
"""Compared in earnest: patterns that half a marketplace shows crowd a band."""


def alike(session: Session, sha256: str) -> Mapping[str, int]:
    """By their sha256, the pictures that look like one in any turn, and by how many bits they differ."""
    look = session.get(Look, sha256)
    if look is None:
        return {}
    turns = np.frombuffer(look.hashes, np.uint8).reshape(-1, 32)
    values = {value for turned in turns for value in bands(turned)}
    likely = (
        select(Band.sha256)
        .where(Band.value.in_(values), Band.sha256 != sha256)
        .distinct()
        .order_by(Band.sha256)
        .limit(_MOST_LIKELY)
    )
    rows = session.execute(
        select(Look.sha256, Look.hashes)
        .where(Look.sha256.in_(likely.scalar_subquery()))
        .order_by(Look.sha256)
    ).all()
    if not rows:
        return {}
    upright = np.stack([np.frombuffer(row.hashes, np.uint8)[:32] for row in rows])
    apart = distances(turns, upright).min(axis=0)
    return {row.sha256: int(bits) for row, bits in zip(rows, apart, strict=True) if bits <= ALIKE}
