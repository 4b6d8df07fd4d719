"""Finishes what was erased of listings: results, pictures, what was read of them, and shards.

The tables of reviews are emptied in one transaction, which leaves the numbers of the versions; whoever takes
them up here may be killed anywhere, and the next one goes on.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from review.retention.erasing import Erased
from review.retention.running import erase_due
from review.retention.tables import ErasedVersion
from review.tables import Case, Listing, ListingVersion
from storage.blobs import Blobs
from storage.database import Database
from workers.graph.tables import Item, Picture, Shown
from workers.graph.unshown import drop_unshown
from workers.rescans.tables import Kept
from workers.shards.tables import Holds, Shard, ShardState

_AT_A_TIME = 500
_SETTLED = 60.0
"""Seconds that nobody may have put a blob for, so that one that comes in at this moment stays."""


def erase(database: Database, blobs: Blobs, at: datetime | None = None) -> Erased:
    """Erases all that is due, and finishes what was erased before; returns how much was due."""
    whole = Erased()
    while True:
        with database.writing("retention") as session:
            done = erase_due(session, at or datetime.now(UTC))
        whole.add(done)
        if not done.listings:
            break
    finish(database, blobs)
    return whole


def finish(database: Database, blobs: Blobs) -> int:
    """Returns how many versions there were to finish."""
    count = 0
    while True:
        with database.writing("retention") as session:
            versions = session.scalars(
                select(ErasedVersion.version_id)
                .order_by(ErasedVersion.version_id)
                .limit(_AT_A_TIME)
                .with_for_update(skip_locked=True)
            ).all()
            unwanted = _finish(session, versions)
        for sha256 in unwanted:
            blobs.drop(sha256, _SETTLED)
        count += len(versions)
        if not versions:
            return count


def _finish(session: Session, versions: Sequence[int]) -> frozenset[str]:
    """Returns the blobs that nobody refers to any more."""
    showed = list(session.scalars(select(Shown.picture_id).where(Shown.version_id.in_(versions)).distinct()))
    listings = list(
        session.scalars(select(ListingVersion.listing_id).where(ListingVersion.id.in_(versions)).distinct())
    )
    _write_anew(session, Holds.TEXTS, versions)
    decided = exists().where(Case.listing_id == ListingVersion.listing_id)
    for gone in (
        delete(Shown).where(Shown.version_id.in_(versions)),
        delete(Item).where(Item.version_id.in_(versions)),
        delete(Kept).where(Kept.version_id.in_(versions)),
        delete(ListingVersion).where(ListingVersion.id.in_(versions), ~decided),
        delete(Listing).where(
            Listing.id.in_(listings), ~exists().where(ListingVersion.listing_id == Listing.id)
        ),
        delete(ErasedVersion).where(ErasedVersion.version_id.in_(versions)),
    ):
        session.execute(gone.execution_options(synchronize_session=False))
    dropped = drop_unshown(session, select(Picture.id).where(Picture.id.in_(showed)))
    _write_anew(session, Holds.LOOKS, sorted(dropped.readings))
    return dropped.blobs


def _write_anew(session: Session, holds: Holds, numbers: Sequence[int]) -> None:
    """Has the shards that hold one of these, in their order, made again from what there is now."""
    if not numbers:
        return
    shards = session.scalars(
        select(Shard).where(
            Shard.holds == holds,
            Shard.state == ShardState.CURRENT,
            Shard.first <= numbers[-1],
            Shard.last >= numbers[0],
        )
    )
    for shard in shards:
        place = bisect_left(numbers, shard.first)
        if place < len(numbers) and numbers[place] <= shard.last:
            shard.state = ShardState.REPLACED
