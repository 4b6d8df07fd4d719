"""Does a part of a rescan, handful by handful.

What came of a handful, its counts and the cursor after it are written in one transaction, by whoever finds
the cursor where it was: so a worker may die anywhere, or two do the same part, and no case counts twice.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from storage.blobs import Blobs
from storage.database import Database
from workers.graph.claims import MOST_ATTEMPTS, claim, lease, now, quarantine, settle
from workers.graph.judging import Judges
from workers.graph.outbox import announce, announcing
from workers.graph.tables import State
from workers.rescans.judging import Foci, Focus, Judgements
from workers.rescans.looking import HANDFUL, Handful, next_handful, revision_of
from workers.rescans.moving import abort, advance, allowed, due, held
from workers.rescans.opening import Opening, with_open_cases
from workers.rescans.tables import Rescan, RescanPart, RescanState

AT_A_STRETCH = 5.0
"""Seconds after which a part makes room for others, and goes on behind them."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that this process does. `attempt` counts those that got nowhere."""

    number: int
    rescan: int
    brands: Sequence[str]
    cap: int | None
    needed: int
    lap: int
    last: int
    attempt: int

    @property
    def only(self) -> Sequence[str] | None:
        return self.brands or None


def rescan(
    database: Database,
    blobs: Blobs,
    judges: Judges,
    numbers: Sequence[int],
    again: bool = False,
    *,
    foci: Foci | None = None,
) -> None:
    """Goes on with these parts, each for a while."""
    foci = foci or Foci()
    for number in numbers:
        with announcing(database, "rescan") as session:
            row = next(iter(claim(session, RescanPart, [number], again)), None)
            if row is None:
                continue
            whole = session.get_one(Rescan, row.rescan_id)
            if whole.state != RescanState.RUNNING:
                _leave(session, number, whole.state)
                continue
            part = _Part(
                row.id,
                whole.id,
                tuple(whole.brands),
                whole.cap,
                whole.revision,
                row.lap,
                row.last,
                row.attempts,
            )
            cursor = row.cursor
        _Work(database, blobs, foci.of(judges.current(), part.only), part).go_on(cursor)


class _Work:
    def __init__(self, database: Database, blobs: Blobs, focus: Focus, part: _Part) -> None:
        self._database, self._blobs, self._focus, self._part = database, blobs, focus, part
        self._attempt = part.attempt
        self._revision = revision_of(focus.judge.versions.get("registry"))
        self._opening = Opening(part.rescan, part.cap, part.only)

    def go_on(self, cursor: int) -> None:
        until = time.monotonic() + AT_A_STRETCH
        part = self._part
        if self._revision < part.needed:
            self._halt("it waits for a snapshot that holds what changed")
            return
        if part.only is not None and not self._focus.known:
            self._end("its brands are gone, so there is nothing to look for")
            return
        while cursor < part.last:
            with self._database.reading() as session:
                most = self._room(session)
                if most <= 0:
                    break
                before = part.needed if part.lap else None
                handful = next_handful(session, cursor, part.last, most, judged_before=before)
                alone = self._after_deaths(handful)
                having = with_open_cases(session, handful.versions, part.only)
                wanted = [one for one in handful.versions if one != alone]
                done = self._focus.judge_again(session, self._blobs, wanted, having)
            if alone is not None:
                done.failed.append((alone, "the process that judged it again was killed, three times"))
            if not self._keep(cursor, handful, done):
                return
            cursor, self._attempt = handful.cursor, 1
            if time.monotonic() > until and cursor < part.last:
                break
        with announcing(self._database, "rescan") as session:
            if cursor >= part.last:
                settle(session, RescanPart, part.number, State.DONE, why=None)
            elif self._room(session) <= 0:
                settle(session, RescanPart, part.number, State.BLOCKED, why="its budget is spent for now")
            elif settle(session, RescanPart, part.number, State.WAITING, attempts=0, due=now() + lease()):
                announce(session, "rescan", [part.number])
            advance(session, held(session, part.rescan), self._revision)

    def _after_deaths(self, handful: Handful) -> int | None:
        """The version to leave alone: a process died at this cursor as often as one may. The handfuls become
        smaller with each death, so that by then it is the one that is to blame.
        """
        if self._attempt < MOST_ATTEMPTS or not handful.versions:
            return None
        return handful.versions[0]

    def _room(self, session: Session) -> int:
        """How many versions to look at together now."""
        most = HANDFUL if self._attempt < 2 else 1
        left = allowed(session, session.get_one(Rescan, self._part.rescan))
        return most if left is None else min(most, left)

    def _keep(self, cursor: int, handful: Handful, done: Judgements) -> bool:
        """Whether this process is to go on: not where another did, and not where the rescan was halted."""
        started = time.monotonic()
        number = self._part.number
        with announcing(self._database, "rescan") as session:
            moved = session.execute(
                update(RescanPart)
                .where(
                    RescanPart.id == number, RescanPart.cursor == cursor, RescanPart.state == State.WORKING
                )
                .values(cursor=handful.cursor, attempts=1, due=now() + lease(), why=None)
                .values(revision=func.coalesce(RescanPart.revision, self._revision))
                .execution_options(synchronize_session=False)
            )
            if not moved.rowcount:  # type: ignore[attr-defined]
                return False
            effects = self._opening.open_all(session, done.judged)
            quarantine(session, None, "again", [(version, why, None) for version, why in done.failed])
            counts = {
                "listings": handful.listings,
                "candidates": done.candidates,
                "judged": len(done.judged) - effects["left"],
                "failed": len(done.failed),
                **effects,
                "left": effects["left"] + handful.left + len(done.unread),
                "scanning": done.scanning,
                "judging": done.judging,
                "opening": time.monotonic() - started,
            }
            _count(session, number, counts)
            state = session.get_one(Rescan, self._part.rescan).state
            if state != RescanState.RUNNING and handful.cursor < self._part.last:
                _leave(session, number, state)
                advance(session, held(session, self._part.rescan), self._revision)
                return False
        return True

    def _halt(self, why: str) -> None:
        with announcing(self._database, "rescan") as session:
            settle(session, RescanPart, self._part.number, State.BLOCKED, why=why, attempts=0)

    def _end(self, why: str) -> None:
        with announcing(self._database, "rescan") as session:
            settle(session, RescanPart, self._part.number, State.SUPERSEDED, why=why)
            abort(session, self._part.rescan, why)


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


def move_on(database: Database, revision: int) -> None:
    """Does what is due for every rescan; `revision` is the registry's in the current snapshot."""
    with database.reading() as session:
        numbers = due(session)
    for number in numbers:
        with announcing(database, "rescans") as session:
            advance(session, held(session, number), revision)
