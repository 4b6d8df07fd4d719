"""Which pictures a listing shows, for those who look at it, and what of them ties it to others."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.image.copies import HASHABLE
from detector.reading import PictureReading
from review.groups.clues import Pictured
from review.web.pictures import Had
from workers.graph.tables import Picture, Shown

_LINES = 60
"""Of a picture, which may be a page of text."""


def pictures_of(session: Session, version_id: int) -> Mapping[int, Had]:
    """The pictures of a version of a listing by their numbers; those that nobody fetched yet are left out."""
    rows = session.execute(
        select(Shown.position, Picture.sha256, Picture.why)
        .join(Picture, Picture.id == Shown.picture_id)
        .where(Shown.version_id == version_id)
    )
    return {position: Had(sha256, why) for position, sha256, why in rows if sha256 or why}


def pictured(readings: Mapping[int, PictureReading]) -> list[dict[str, Any]]:
    """Fields of `Pictured`, in the listing's order. Plain ones are all alike: they have no hash."""
    told = []
    for _, reading in sorted(readings.items()):
        look = reading.appearance
        hashes = look.hashes.tobytes().hex() if look and look.hash_quality >= HASHABLE else None
        lines = [line.text for line in reading.lines[:_LINES]]
        told.append(asdict(Pictured(reading.sha256, lines, hashes)))
    return told
