"""Finishes what was erased of listings: results, pictures, what was read of them, and shards.

The tables of reviews are emptied in one transaction, which leaves the numbers of the versions; a second one
leaves the names of the files that nobody refers to any more. Whoever takes them up may be killed anywhere,
and the next one goes on.
"""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from review.retention.erasing import Erased
from review.retention.running import erase_due
from review.retention.tables import ErasedBlob, ErasedVersion
from review.tables import Case, Listing, ListingVersion
from storage.blobs import Blobs
from storage.database import Database
from workers.graph.counting import UNSETTLED, new_rows
from workers.graph.tables import Item, Picture, Reading, Shown
from workers.graph.unshown import drop_unshown, unnamed
from workers.middle.tables import AskedOpinion
from workers.rescans.next_readings import NextReading
from workers.rescans.tables import Kept
from workers.shards.listed import one_at_a_time
from workers.shards.tables import Holds, Shard, ShardState

_AT_A_TIME = 500
_SETTLED = 3600.0
"""Seconds that nobody may have put a blob for: by then whoever did has said what it is for."""


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
    """Returns how many versions there were to finish. Those of which a picture is still being fetched or read
    are left to the next time: else it would come back when that is done.
    """
    count = 0
    while True:
        with database.writing("retention") as session:
            versions = session.scalars(
                select(ErasedVersion.version_id)
                .where(~_under_way())
                .order_by(ErasedVersion.version_id)
                .limit(_AT_A_TIME)
                .with_for_update(skip_locked=True)
            ).all()
            remove(session, _finish(session, versions))
        count += len(versions)
        if not versions:
            break
    clear(database, blobs)
    return count


def remove(session: Session, sha256s: Collection[str]) -> None:
    """Has files removed that nobody refers to any more, once this transaction stands."""
    if sha256s:
        rows = [{"sha256": one} for one in sorted(sha256s)]
        session.execute(new_rows(session, ErasedBlob, ["sha256"], ErasedBlob.sha256), rows)


def clear(database: Database, blobs: Blobs) -> int:
    """Removes the files that are to be; returns how many are gone. Those that somebody put lately wait, and
    those that somebody refers to again stay.
    """
    count, last = 0, ""
    while True:
        with database.reading() as session:
            some = session.scalars(
                select(ErasedBlob.sha256)
                .where(ErasedBlob.sha256 > last)
                .order_by(ErasedBlob.sha256)
                .limit(_AT_A_TIME)
            ).all()
            unwanted = unnamed(session, some)
        if not some:
            return count
        last = some[-1]
        for sha256 in unwanted:
            blobs.drop(sha256, _SETTLED)
        settled = [one for one in some if one not in unwanted or one not in blobs]
        count += len(unwanted.intersection(settled))
        with database.writing("retention") as session:
            session.execute(
                delete(ErasedBlob)
                .where(ErasedBlob.sha256.in_(settled))
                .execution_options(synchronize_session=False)
            )


def _under_way() -> ColumnElement[bool]:
    """Whether a picture of an erased version is being fetched or read."""
    kinds = (Picture.state, Reading.state, NextReading.state)
    return (
        select(Shown.version_id)
        .join(Picture, Picture.id == Shown.picture_id)
        .outerjoin(Reading, Reading.sha256 == Picture.sha256)
        .outerjoin(NextReading, NextReading.sha256 == Picture.sha256)
        .where(Shown.version_id == ErasedVersion.version_id, or_(*(one.in_(UNSETTLED) for one in kinds)))
        .correlate(ErasedVersion)
        .exists()
    )


def _finish(session: Session, versions: Sequence[int]) -> frozenset[str]:
    """Returns the blobs that nobody refers to any more."""
    showed = list(session.scalars(select(Shown.picture_id).where(Shown.version_id.in_(versions)).distinct()))
    listings = list(
        session.scalars(select(ListingVersion.listing_id).where(ListingVersion.id.in_(versions)).distinct())
    )
    one_at_a_time(session)
    _write_anew(session, Holds.TEXTS, versions)
    decided = exists().where(Case.listing_id == ListingVersion.listing_id)
    for gone in (
        delete(Shown).where(Shown.version_id.in_(versions)),
        delete(Item).where(Item.version_id.in_(versions)),
        delete(Kept).where(Kept.version_id.in_(versions)),
        delete(AskedOpinion).where(AskedOpinion.version_id.in_(versions)),
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
    """Has the shards that hold one of these, in their order, made again from what there is now; copies of
    broken ones that hold one go with them.
    """
    if not numbers:
        return
    shards = session.scalars(
        select(Shard).where(
            Shard.holds == holds,
            Shard.state.in_([ShardState.CURRENT, ShardState.BROKEN]),
            Shard.first <= numbers[-1],
            Shard.last >= numbers[0],
        )
    )
    for shard in shards:
        place = bisect_left(numbers, shard.first)
        if place < len(numbers) and numbers[place] <= shard.last:
            shard.state = ShardState.REPLACED
