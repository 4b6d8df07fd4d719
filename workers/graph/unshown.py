"""Pictures that no listing shows any more go, with what was read of them, and the bytes of both."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from brand_registry.looks import Look as AssetLook
from brand_registry.previews import Preview
from brand_registry.rights import RightsDocument
from brand_registry.tables import Asset
from brand_registry.trials import Trial
from review.groups.tables import Look
from workers.graph.counting import UNSETTLED
from workers.graph.tables import Picture, Reading, Shown
from workers.rescans.next_readings import NextReading
from workers.spread.tables import SpreadPart


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
    return drop_read(session, {row.sha256 for row in pictures if row.sha256})


def drop_read(session: Session, pictures: Collection[str]) -> Dropped:
    """Drops what was read of those of some pictures, by sha256, that no listing and no trial shows and nobody
    is reading; and where a brand has them neither, their previews and bytes.
    """
    sha256s = set(pictures)
    for wanted in (
        select(Picture.sha256).where(Picture.sha256.in_(pictures)),
        select(Trial.picture).where(Trial.picture.in_(pictures)),
        select(Reading.sha256).where(Reading.sha256.in_(pictures), Reading.state.in_(UNSETTLED)),
        select(NextReading.sha256).where(NextReading.sha256.in_(pictures), NextReading.state.in_(UNSETTLED)),
    ):
        sha256s -= set(session.scalars(wanted))
    unread = select(Reading.id, Reading.blob).where(Reading.sha256.in_(sha256s))
    readings = session.execute(unread).all()
    _drop(session, Reading, [row.id for row in readings])
    anew = session.execute(
        select(NextReading.id, NextReading.blob).where(NextReading.sha256.in_(sha256s))
    ).all()
    _drop(session, NextReading, [row.id for row in anew])
    read = unnamed(session, {row.blob for row in (*readings, *anew) if row.blob})
    sha256s = unnamed(session, sha256s)
    previews = session.execute(select(Preview.id, Preview.blob).where(Preview.sha256.in_(sha256s))).all()
    _drop(session, Preview, [row.id for row in previews])
    session.execute(delete(Look).where(Look.sha256.in_(sha256s)).execution_options(synchronize_session=False))
    drawn = unnamed(session, {row.blob for row in previews})
    return Dropped(frozenset(sha256s | read | drawn), tuple(row.id for row in readings))


def unnamed(session: Session, blobs: Collection[str]) -> set[str]:
    """Those of some blobs that no row of any table names."""
    left = set(blobs)
    for named in (
        Picture.sha256, Reading.blob, NextReading.blob, Preview.blob, Asset.sha256, AssetLook.blob,
        RightsDocument.sha256, Trial.picture, SpreadPart.rows, SpreadPart.outcomes,
    ):  # fmt: skip
        left -= set(session.scalars(select(named).where(named.in_(left)))) if left else set()
    return left


def _drop(
    session: Session, kind: type[Picture | Reading | NextReading | Preview], numbers: Collection[int]
) -> None:
    gone = delete(kind).where(kind.id.in_(numbers))
    session.execute(gone.execution_options(synchronize_session=False))
