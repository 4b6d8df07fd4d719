"""Does parts of rescans, handful by handful; several rescans that are at the same place share one pass.

What came of a handful, its counts and the cursor after it are written in one transaction, by whoever finds
the cursor where it was: so a worker may die anywhere, or two do the same part, and no case counts twice.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from brand_registry.snapshots.manifest import revision_in
from storage.blobs import Blobs
from storage.database import Database
from workers.graph.claims import MOST_ATTEMPTS, claim, lease, now, quarantine, settle
from workers.graph.judging import Judges
from workers.graph.outbox import announce, announcing
from workers.graph.tables import State
from workers.judges import seeing
from workers.rescans.focus import Foci, Focus
from workers.rescans.handing import hand_on
from workers.rescans.judging import Judgements, judge_again
from workers.rescans.looking import Handful, Looking
from workers.rescans.moving import abort, advance, allowed, due, held
from workers.rescans.opening import Opening
from workers.rescans.tables import Kind, Rescan, RescanPart, RescanState
from workers.shards.opening import OpenShards
from workers.shards.store import ShardStore
from workers.shards.tables import Holds

AT_A_STRETCH = 5.0
"""Seconds after which a part makes room for others, and goes on behind them."""
_TOGETHER = 100
"""Listings whose cases are opened in one transaction: others want to write too."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that this process does. `attempt` counts those that got nowhere."""

    number: int
    rescan: int
    brands: Sequence[str]
    cap: int | None
    needed: int
    holds: Holds
    lap: int
    last: int
    attempt: int


class Rescanner:
    """Of one process: what it opened last is kept."""

    def __init__(self, database: Database, blobs: Blobs, judges: Judges, store: ShardStore) -> None:
        self._database, self._blobs, self._judges = database, blobs, judges
        self._looking = Looking(blobs, OpenShards(database, store))
        self._foci = Foci()

    def rescan(self, numbers: Sequence[int], again: bool = False) -> None:
        """Goes on with these parts, each for a while. Raises `BrandsUnseen` before any of them is begun."""
        seeing(self._judges.current())
        for number in numbers:
            with announcing(self._database, "rescan") as session:
                row = next(iter(claim(session, RescanPart, [number], again)), None)
                if row is None:
                    continue
                whole = session.get_one(Rescan, row.rescan_id)
                if whole.state != RescanState.RUNNING:
                    _leave(session, number, whole.state)
                    continue
                parts = [_part(row, whole), *_beside(session, row, whole)]
                cursor = row.cursor
            brands = None if not parts[0].brands else {name for part in parts for name in part.brands}
            focus = self._foci.of(self._judges.current(), brands)
            _Pass(self._database, self._blobs, self._looking, focus, parts).go_on(cursor)


class _Pass:
    """Of parts that are at the same place."""

    def __init__(
        self, database: Database, blobs: Blobs, looking: Looking, focus: Focus, parts: Sequence[_Part]
    ) -> None:
        self._database, self._blobs, self._looking, self._focus = database, blobs, looking, focus
        self._parts = list(parts)
        self._revision = revision_in(focus.judge.versions.get("registry"))
        self._attempt = max(part.attempt for part in parts)
        self._holds, self._last, self._lap = parts[0].holds, parts[0].last, parts[0].lap

    def go_on(self, cursor: int) -> None:
        for part in list(self._parts):
            if self._revision < part.needed:
                self._halt(part, "it waits for a snapshot that holds what changed")
            elif part.brands and not self._focus.known.intersection(part.brands):
                self._end(part, "its brands are gone, so there is nothing to look for")
        until = time.monotonic() + AT_A_STRETCH
        while self._parts and cursor < self._last:
            room = self._room()
            if room is not None and room <= 0:
                break
            started = time.monotonic()
            with self._database.reading() as session:
                handful = self._looking.next(
                    session, self._holds, cursor, self._last, self._focus, most=room,
                    judged_before=self._parts[0].needed if self._lap else None,
                    own=[part.rescan for part in self._parts],
                )  # fmt: skip
            self._judge(cursor, handful, time.monotonic() - started)
            cursor, self._attempt = handful.cursor, 1
            if time.monotonic() > until:
                break
        self._rest(cursor)

    def _judge(self, cursor: int, handful: Handful, scanning: float) -> None:
        """Judges the versions of a handful again, some at a time; the last of them move the cursor."""
        alone = self._to_blame(handful)
        wanted = [one for one in handful.versions if one not in alone]
        size = _TOGETHER if self._attempt < 2 else 1
        some = [wanted[start : start + size] for start in range(0, len(wanted), size)] or [[]]
        for number, versions in enumerate(some):
            with self._database.reading() as session:
                done = judge_again(session, self._blobs, self._focus, versions, self._holds)
            last = number == len(some) - 1
            after = handful.cursor
            counts = {"candidates": len(versions), "left": len(done.unread), "scanning": 0.0}
            if last:
                seen = "pictures" if self._holds == Holds.LOOKS else "listings"
                counts |= {seen: handful.rows, "scanning": scanning, "candidates": len(versions) + len(alone)}
                counts["left"] += handful.left
                why = "the process that judged it again was killed, three times"
                done.failed += [(version, why) for version in alone]
            elif self._holds == Holds.TEXTS and self._attempt > 1:
                after = versions[-1]  # who dies of the next one is known by where the cursor stands
            else:
                after = cursor
            self._parts = [part for part in self._parts if self._keep(part, cursor, after, done, counts)]
            cursor = after

    def _to_blame(self, handful: Handful) -> Sequence[int]:
        """The versions to leave alone: a process died at this cursor as often as one may. Handfuls are small
        after a death, so that by then little is suspected: of pictures all that show one, of texts one.
        """
        if self._attempt < MOST_ATTEMPTS:
            return ()
        return handful.versions if self._holds == Holds.LOOKS else handful.versions[:1]

    def _room(self) -> int | None:
        """How many rows to look at together at most."""
        most = 1 if self._attempt > 1 and self._holds == Holds.LOOKS else None
        with self._database.reading() as session:
            left = allowed(session, session.get_one(Rescan, self._parts[0].rescan))
        return most if left is None else left if most is None else min(most, left)

    def _keep(
        self, part: _Part, cursor: int, after: int, done: Judgements, counts: Mapping[str, float]
    ) -> bool:
        """Whether to go on with a part: not where another process did, and not where it was halted."""
        started = time.monotonic()
        opening = Opening(part.rescan, part.cap, part.brands or None)
        with announcing(self._database, "rescan") as session:
            moved = session.execute(
                update(RescanPart)
                .where(RescanPart.id == part.number, RescanPart.cursor == cursor)
                .where(RescanPart.state == State.WORKING)
                .values(cursor=after, attempts=1, due=now() + lease(), why=None)
                .values(revision=func.coalesce(RescanPart.revision, self._revision))
                .execution_options(synchronize_session=False)
            )
            if not moved.rowcount:  # type: ignore[attr-defined]
                return False
            effects = opening.open_all(session, done.judged)
            hand_on(session, part.rescan, done.unread)
            quarantine(session, None, "again", [(version, why, None) for version, why in done.failed])
            _count(session, part.number, {
                **effects, **counts, "judged": len(done.judged) - effects["left"], "failed": len(done.failed),
                "left": counts["left"] + effects["left"], "judging": done.seconds,
                "opening": time.monotonic() - started,
            })  # fmt: skip
            state = session.get_one(Rescan, part.rescan).state
            if state != RescanState.RUNNING and after < part.last:
                _leave(session, part.number, state)
                advance(session, held(session, part.rescan), self._revision)
                return False
        return True

    def _rest(self, cursor: int) -> None:
        """Settles what is done, and gives back what is not."""
        for part in self._parts:
            with announcing(self._database, "rescan") as session:
                rescan = held(session, part.rescan)
                left = allowed(session, rescan)
                if cursor >= part.last:
                    settle(session, RescanPart, part.number, State.DONE, why=None)
                elif left is not None and left <= 0:
                    settle(session, RescanPart, part.number, State.BLOCKED, why="its budget is spent for now")
                else:
                    settle(session, RescanPart, part.number, State.WAITING, attempts=0, due=now() + lease())
                    announce(session, "rescan", [part.number])
                advance(session, rescan, self._revision)

    def _halt(self, part: _Part, why: str) -> None:
        self._parts.remove(part)
        with announcing(self._database, "rescan") as session:
            settle(session, RescanPart, part.number, State.BLOCKED, why=why, attempts=0)

    def _end(self, part: _Part, why: str) -> None:
        self._parts.remove(part)
        with announcing(self._database, "rescan") as session:
            settle(session, RescanPart, part.number, State.SUPERSEDED, why=why)
            abort(session, part.rescan, why)


def move_on(database: Database, revision: int) -> None:
    """Does what is due for every rescan; `revision` is the registry's in the current snapshot."""
    with database.reading() as session:
        numbers = due(session)
    move_some(database, numbers, revision)


def move_some(database: Database, numbers: Sequence[int], revision: int) -> None:
    """Does what is due for these."""
    for number in numbers:
        with announcing(database, "rescans") as session:
            advance(session, held(session, number), revision)


def _part(row: RescanPart, whole: Rescan) -> _Part:
    return _Part(
        row.id, whole.id, tuple(whole.brands), whole.cap, whole.revision, Holds(row.holds), row.lap, row.last,
        row.attempts,
    )  # fmt: skip


def _beside(session: Session, row: RescanPart, whole: Rescan) -> list[_Part]:
    """The parts of other rescans that are at the same place, claimed as well."""
    if whole.kind != Kind.BRAND or whole.budget is not None or row.lap or row.attempts > 1:
        return []
    same = (
        select(RescanPart.id)
        .join(Rescan, Rescan.id == RescanPart.rescan_id)
        .where(
            RescanPart.holds == row.holds, RescanPart.last == row.last, RescanPart.cursor == row.cursor,
            RescanPart.lap == 0, RescanPart.attempts == 0, RescanPart.id != row.id,
            RescanPart.state.in_([State.BLOCKED, State.WAITING]), Rescan.state == RescanState.RUNNING,
            Rescan.kind == Kind.BRAND, Rescan.budget.is_(None),
        )
    )  # fmt: skip
    numbers = session.scalars(same).all()
    given = update(RescanPart).where(RescanPart.id.in_(numbers), RescanPart.state == State.BLOCKED)
    session.execute(given.values(state=State.WAITING).execution_options(synchronize_session=False))
    claimed = claim(session, RescanPart, numbers) if numbers else []
    return [_part(one, session.get_one(Rescan, one.rescan_id)) for one in claimed]


def _leave(session: Session, number: int, state: str) -> None:
    """Gives a part back, as its rescan is not running."""
    ended = state != RescanState.PAUSED
    settle(session, RescanPart, number, State.SUPERSEDED if ended else State.BLOCKED, attempts=0)


def _count(session: Session, number: int, counts: Mapping[str, float]) -> None:
    added = {name: getattr(RescanPart, name) + count for name, count in counts.items() if count}
    if added:
        session.execute(
            update(RescanPart)
            .where(RescanPart.id == number)
            .values(**added)
            .execution_options(synchronize_session=False)
        )
