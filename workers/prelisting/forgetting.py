"""Checks are dropped some time after they were answered: they are nobody's listing. What only they showed
goes with them: pictures, what was read of them, and the bytes of both.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from brand_registry.rights import RightsDocument
from brand_registry.tables import Asset
from review.tables import Listing
from workers.graph.claims import now
from workers.graph.counting import UNSETTLED
from workers.graph.tables import Lane, Picture, Reading, Shown
from workers.prelisting.asking import SOURCE

AT_A_TIME = 2_000


def forget(session: Session, before: float) -> set[str]:
    """Drops what is older than so many seconds, at most `AT_A_TIME` pictures; returns the blobs that nobody
    refers to any more.
    """
    old = now() - timedelta(seconds=before)
    checks = delete(Listing).where(Listing.source == SOURCE, Listing.seen < old)
    session.execute(checks.execution_options(synchronize_session=False))
    unshown = (
        select(Picture.id, Picture.sha256)
        .where(Picture.lane == Lane.CHECK, Picture.state.not_in(UNSETTLED))
        .where(Picture.fetched < old, ~select(Shown).where(Shown.picture_id == Picture.id).exists())
        .limit(AT_A_TIME)
    )
    pictures = session.execute(unshown).all()
    _drop(session, Picture, [row.id for row in pictures])
    sha256s = {row.sha256 for row in pictures if row.sha256}
    sha256s -= set(session.scalars(select(Picture.sha256).where(Picture.sha256.in_(sha256s))))
    unread = select(Reading.id, Reading.blob).where(Reading.sha256.in_(sha256s))
    readings = session.execute(unread.where(Reading.state.not_in(UNSETTLED))).all()
    _drop(session, Reading, [row.id for row in readings])
    read = {row.blob for row in readings if row.blob}
    read -= set(session.scalars(select(Reading.blob).where(Reading.blob.in_(read))))
    for owned in (Asset.sha256, RightsDocument.sha256):
        sha256s -= set(session.scalars(select(owned).where(owned.in_(sha256s))))
    return sha256s | read


def _drop(session: Session, kind: type[Picture | Reading], numbers: Collection[int]) -> None:
    gone = delete(kind).where(kind.id.in_(numbers))
    session.execute(gone.execution_options(synchronize_session=False))
