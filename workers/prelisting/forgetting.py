"""Checks are dropped some time after they were answered: they are nobody's listing. What only they showed
goes with them.
"""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from review.tables import Listing
from workers.graph.claims import now
from workers.graph.tables import Lane, Picture
from workers.graph.unshown import drop_unshown
from workers.prelisting.asking import SOURCE

AT_A_TIME = 2_000


def forget(session: Session, before: float) -> frozenset[str]:
    """Drops what is older than so many seconds, at most `AT_A_TIME` pictures; returns the blobs that nobody
    refers to any more.
    """
    old = now() - timedelta(seconds=before)
    checks = delete(Listing).where(Listing.source == SOURCE, Listing.seen < old)
    session.execute(checks.execution_options(synchronize_session=False))
    unshown = select(Picture.id).where(Picture.lane == Lane.CHECK, Picture.fetched < old).limit(AT_A_TIME)
    return drop_unshown(session, unshown).blobs
