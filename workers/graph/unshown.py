"""Pictures that no listing shows any more go, with what was read of them, and the bytes of both."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from brand_registry.previews import Preview
from brand_registry.rights import RightsDocument
from brand_registry.tables import Asset
from brand_registry.trials import Trial
from review.groups.tables import Look
from workers.graph.counting import UNSETTLED
from workers.graph.tables import Picture, Reading, Shown
from workers.rescans.next_readings import NextReading


@dataclass(frozen=True, slots=True)
class Dropped:
    """The blobs that nobody refers to any more, and the numbers of the readings that went."""

    blobs: frozenset[str]
    readings: tuple[int, ...]


def drop_unshown(session: Session, among: Select[int]) -> Dropped:
    """Drops those of some pictures that nothing shows and nobody is working on."""
    unshown = (
        select(Picture.id, Picture.sha256)
        .where(Picture.id.in_(among.scalar_subquery()), Picture.state.not_in(UNSETTLED))
        .where(~select(Shown).where(Shown.picture_id == Picture.id).exists())
    )
    pictures = session.execute(unshown).all()
    _drop(session, Picture, [row.id for row in pictures])
    sha256s = {row.sha256 for row in pictures if row.sha256}
    sha256s -= set(session.scalars(select(Picture.sha256).where(Picture.sha256.in_(sha256s))))
    unread = select(Reading.id, Reading.blob).where(Reading.sha256.in_(sha256s))
    readings = session.execute(unread.where(Reading.state.not_in(UNSETTLED))).all()
    _drop(session, Reading, [row.id for row in readings])
    anew = session.execute(
        select(NextReading.id, NextReading.blob).where(
            NextReading.sha256.in_(sha256s), NextReading.state.not_in(UNSETTLED)
        )
    ).all()
    _drop(session, NextReading, [row.id for row in anew])
    read = {row.blob for row in (*readings, *anew) if row.blob}
    for kept in (Reading.blob, NextReading.blob):
        read -= set(session.scalars(select(kept).where(kept.in_(read))))
    for owned in (Asset.sha256, RightsDocument.sha256, Trial.picture):
        sha256s -= set(session.scalars(select(owned).where(owned.in_(sha256s))))
    previews = session.execute(select(Preview.id, Preview.blob).where(Preview.sha256.in_(sha256s))).all()
    _drop(session, Preview, [row.id for row in previews])
    session.execute(delete(Look).where(Look.sha256.in_(sha256s)).execution_options(synchronize_session=False))
    drawn = {row.blob for row in previews}
    drawn -= set(session.scalars(select(Preview.blob).where(Preview.blob.in_(drawn))))
    return Dropped(frozenset(sha256s | read | drawn), tuple(row.id for row in readings))


def _drop(
    session: Session, kind: type[Picture | Reading | NextReading | Preview], numbers: Collection[int]
) -> None:
    gone = delete(kind).where(kind.id.in_(numbers))
    session.execute(gone.execution_options(synchronize_session=False))
