"""Which pictures a listing shows, for those who look at it."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from review.web.pictures import Had
from workers.graph.tables import Picture, Shown


def pictures_of(session: Session, version_id: int) -> Mapping[int, Had]:
    """The pictures of a version of a listing by their numbers; those that nobody fetched yet are left out."""
    rows = session.execute(
        select(Shown.position, Picture.sha256, Picture.why)
        .join(Picture, Picture.id == Shown.picture_id)
        .where(Shown.version_id == version_id)
    )
    return {position: Had(sha256, why) for position, sha256, why in rows if sha256 or why}
