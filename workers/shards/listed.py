"""Which shards cover which numbers, and which numbers none covers."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from review.tables import ListingVersion
from workers.graph.tables import Reading
from workers.shards.tables import Holds, Shard, ShardState

_JOINING = 5_418
"""Any number, of no other lock in the database."""


def one_at_a_time(session: Session) -> None:
    """Lets nobody else add shards, or erase what they hold, before this session has ended. In SQLite nobody
    else writes.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_JOINING)))


def current(holds: Holds) -> Select[Shard]:
    """In their order; no two cover the same number."""
    return select(Shard).where(Shard.holds == holds, Shard.state == ShardState.CURRENT).order_by(Shard.last)


def next_from(session: Session, holds: Holds, number: int) -> Shard | None:
    """The shard that covers a number, else the next one behind it."""
    return session.scalar(current(holds).where(Shard.last >= number).limit(1))


def gaps(session: Session, holds: Holds, upto: int) -> Iterator[tuple[int, int, bool]]:
    """What no shard covers, from the first number there is to `upto`: first and last of each stretch, and
    whether a shard follows it.
    """
    first = (session.scalar(select(func.min(_numbers(holds)))) or 1) if upto else 1
    for shard in session.scalars(current(holds).where(Shard.last >= first, Shard.first <= upto)):
        if shard.first > first:
            yield first, shard.first - 1, True
        first = shard.last + 1
    if first <= upto:
        yield first, upto, False


STRETCH = {Holds.TEXTS: 10_000, Holds.LOOKS: 500}
"""Numbers that no shard covers and that are gone through together."""


def stretches_of(session: Session, holds: Holds, first: int, last: int) -> Iterator[tuple[int, int]]:
    """What to go through together: the shards between two numbers, and stretches of what none covers."""
    at = max(first, (session.scalar(select(func.min(_numbers(holds)))) or 1) if last else 1)
    for shard in session.scalars(current(holds).where(Shard.last >= at, Shard.first <= last)):
        yield from parted(at, shard.first - 1, STRETCH[holds])
        yield max(at, shard.first), min(shard.last, last)
        at = shard.last + 1
    yield from parted(at, last, STRETCH[holds])


def parted(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """The numbers from the first to the last, so many at a time."""
    for start in range(first, last + 1, size):
        yield start, min(start + size - 1, last)


def newest(session: Session, holds: Holds) -> int:
    """The highest number there is, 0 where there is none."""
    return session.scalar(select(func.max(_numbers(holds)))) or 0


def _numbers(holds: Holds) -> Any:
    return ListingVersion.id if holds == Holds.TEXTS else Reading.id
