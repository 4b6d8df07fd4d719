"""Makes shards of what no shard holds yet, joins small ones, and drops what no longer counts.

One process at a time does so, on whichever machine. It may be killed anywhere: a shard counts from the
transaction on that names it, and files that nobody names are removed by the next one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.blobs import Blobs
from storage.database import Database
from storage.locks import locked
from workers.graph.tables import Reading, State
from workers.shards.content import (
    Looks,
    Texts,
    joined_looks,
    joined_texts,
    looks_to_files,
    some_looks,
    some_texts,
    texts_to_files,
)
from workers.shards.listed import current, gaps, newest, one_at_a_time, parted
from workers.shards.opening import OpenShards
from workers.shards.rows import alive, count_alive, looks_between, texts_between, was_erased
from workers.shards.store import ShardStore
from workers.shards.tables import Holds, Shard, ShardMark, ShardState

FORMAT = 2
"""Since 2 vectors have codes beside them: what is older is read as it is, and written anew by compaction."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of shards, in numbers: `full` ones, and the `least` that is worth one. `dead` is the share of rows that
    no longer count from which on a shard is written anew. What is younger than `settles` waits.
    """

    full: Mapping[Holds, int]
    least: Mapping[Holds, int]
    dead: float = 0.1
    settles: timedelta = timedelta(minutes=10)


SIZES = Sizes({Holds.TEXTS: 50_000, Holds.LOOKS: 2_000}, {Holds.TEXTS: 5_000, Holds.LOOKS: 500})


class Sealer:
    """Keeps the shards of one installation."""

    def __init__(
        self, database: Database, blobs: Blobs, store: ShardStore, lock: Path, sizes: Sizes = SIZES
    ) -> None:
        self._database, self._blobs, self._store = database, blobs, store
        self._lock, self._sizes = lock, sizes

    def seal(self) -> int:
        """Makes what shards can be made; returns how many. 0 where another process is at it."""
        with locked(self._lock, wait=False) as ours:
            return sum(map(self._seal, Holds)) if ours else 0

    def compact(self) -> int:
        """Joins small shards and those with many dead rows; returns how many were made."""
        with locked(self._lock, wait=False) as ours:
            if not ours:
                return 0
            self._tidy()
            return sum(map(self._compact, Holds))

    def _seal(self, holds: Holds) -> int:
        with self._database.reading() as session:
            upto = self._settled(session, holds)
            open_ones = list(gaps(session, holds, upto))
        self._mark(holds)
        made = 0
        for first, last, followed in open_ones:
            for start, end in parted(first, last, self._sizes.full[holds]):
                if not followed and end - start + 1 < self._sizes.least[holds]:
                    break
                with self._database.reading() as session:
                    content = self._content(session, holds, start, end)
                made += self._add(holds, start, end, content)
        return made

    def _content(self, session: Session, holds: Holds, first: int, last: int) -> Texts | Looks:
        if holds == Holds.TEXTS:
            return texts_between(session, first, last)
        return looks_between(session, self._blobs, first, last)

    def _settled(self, session: Session, holds: Holds) -> int:
        """The highest number below which nothing comes in any more."""
        old = datetime.now(UTC) - self._sizes.settles
        upto = session.scalar(
            select(func.max(ShardMark.last)).where(ShardMark.holds == holds, ShardMark.at <= old)
        )
        if not self._sizes.settles:
            upto = newest(session, holds)
        if holds == Holds.LOOKS and upto:
            moving = select(func.min(Reading.id)).where(Reading.state.in_([State.WAITING, State.WORKING]))
            unsettled = session.scalar(moving.where(Reading.id <= upto))
            upto = upto if unsettled is None else unsettled - 1
        return upto or 0

    def _mark(self, holds: Holds) -> None:
        at = datetime.now(UTC)
        with self._database.writing("shards") as session:
            session.add(ShardMark(holds=holds, last=newest(session, holds), at=at))
            old = select(func.max(ShardMark.at)).where(
                ShardMark.holds == holds, ShardMark.at <= at - self._sizes.settles
            )
            if (kept := session.scalar(old)) is not None:
                session.execute(delete(ShardMark).where(ShardMark.holds == holds, ShardMark.at < kept))

    def _add(
        self, holds: Holds, first: int, last: int, content: Texts | Looks, instead: Sequence[Shard] = ()
    ) -> bool:
        """False where something of it was erased meanwhile: it is made again another time."""
        about: dict[str, Any] = {
            "format": FORMAT, "holds": holds, "first": first, "last": last, "rows": len(content),
        }  # fmt: skip
        if isinstance(content, Looks):
            about |= {"width": content.vectors.shape[1], "engines": sorted(set(content.engines))}
            files = looks_to_files(content)
        else:
            files = texts_to_files(content)
        written = self._store.write(holds, files, about)
        with self._database.writing("shards") as session:
            one_at_a_time(session)
            replaced = [session.get_one(Shard, one.id) for one in instead]
            stands = all(one.state == ShardState.CURRENT for one in replaced)
            if stands := stands and not was_erased(session, holds, content.ids):
                for one in replaced:
                    one.state = ShardState.REPLACED
                session.add(
                    Shard(
                        name=written.name, holds=holds, first=first, last=last, rows=len(content),
                        manifest={**about, "files": dict(written.files)}, made=datetime.now(UTC),
                    )
                )  # fmt: skip
        if not stands:
            self._store.remove(written.name)
        return stands

    def _compact(self, holds: Holds) -> int:
        with self._database.reading() as session:
            shards = list(session.scalars(current(holds)))
            session.expunge_all()
            living = {one.id: count_alive(session, holds, one.first, one.last) for one in shards}
        opened = OpenShards(self._database, self._store)
        made = 0
        for run in self._runs(holds, shards, living):
            parts = [opened.content(one) for one in run]
            if any(part is None for part in parts):
                continue  # it was broken, and what it held is sealed anew
            whole = _joined([part for part in parts if part is not None])
            with self._database.reading() as session:
                kept = alive(session, holds, whole.ids)
            left = some_texts(whole, kept) if isinstance(whole, Texts) else some_looks(whole, kept)
            made += self._add(holds, run[0].first, run[-1].last, left, run)
        return made

    def _runs(
        self, holds: Holds, shards: Sequence[Shard], living: Mapping[int, int]
    ) -> Iterator[Sequence[Shard]]:
        """Neighbours that make one shard together, and those that are to be written anew, as much of them no
        longer counts or they are of an older format.
        """
        full, run = self._sizes.full[holds], list[Shard]()
        for one in [*shards, None]:
            together = (
                one is not None
                and (not run or run[-1].last + 1 == one.first)
                and sum(living[each.id] for each in run) + living[one.id] <= full
            )
            if not together:
                dead = sum(each.rows - living[each.id] for each in run)
                rows = sum(each.rows for each in run)
                old = holds == Holds.LOOKS and any(each.manifest["format"] < FORMAT for each in run)
                if len(run) > 1 or (run and (old or dead > self._sizes.dead * max(rows, 1))):
                    yield run
                run = []
            if one is not None:
                run.append(one)

    def _tidy(self) -> None:
        """Removes the files of shards that were replaced before, and those that nobody names; so with the
        copies of broken ones.
        """
        with self._database.writing("shards") as session:
            replaced = session.scalars(select(Shard).where(Shard.state == ShardState.REPLACED)).all()
            for one in replaced:
                session.delete(one)
        with self._database.reading() as session:
            known = set(session.scalars(select(Shard.name)))
        for name in self._store.names():
            if name not in known:
                self._store.remove(name)
        for name in self._store.aside():
            if name not in known:
                self._store.remove_aside(name)


def without_waiting(sizes: Sizes = SIZES) -> Sizes:
    """For where nobody writes meanwhile."""
    return replace(sizes, settles=timedelta(0))


def _joined(parts: Sequence[Texts | Looks]) -> Texts | Looks:
    texts = [part for part in parts if isinstance(part, Texts)]
    if texts:
        return joined_texts(texts)
    return joined_looks([part for part in parts if isinstance(part, Looks)])
