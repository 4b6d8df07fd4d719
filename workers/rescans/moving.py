"""The states of rescans: who begins, halts and ends them, and which parts are given out when.

Everything is rows: a rescan is moved on by whoever ends a part, by a clock, and by whoever asks, each in one
transaction that holds the rescan's row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from brand_registry.access import NotThere
from brand_registry.snapshots.state import revision_of
from detector.errors import DetectorError
from workers.graph.claims import hand_out, now
from workers.graph.outbox import announce
from workers.graph.tables import State
from workers.rescans import rereading
from workers.rescans.next_readings import NextReading
from workers.rescans.tables import ENDED, Kind, Rescan, RescanPart, RescanState
from workers.shards.listed import newest, parted, stretches_of
from workers.shards.tables import Holds

VERSIONS = 2_000
"""Of listings in a part, where all of them are judged."""
AT_ONCE = 8
"""Parts of a rescan that are given out at a time: the others stay with it, so that it can be halted."""
MOST_LAPS = 3
"""How often what came in meanwhile is looked at too: it has been judged with what changed by then."""


class NoSuchRescan(DetectorError):
    """There is no rescan of that number, or it can't be moved so."""


class UnknownRescan(NoSuchRescan, NotThere):
    """There is no rescan of that number."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be judged again; as in `Rescan`."""

    kind: Kind
    brands: Sequence[str] = ()
    budget: int | None = None
    cap: int | None = None
    reads: Mapping[str, Any] | None = None


def begin(session: Session, wish: Wish, who: str) -> Rescan:
    """A rescan that waits for a yes."""
    rescan = Rescan(
        kind=wish.kind,
        brands=sorted(set(wish.brands)),
        state=RescanState.NEW,
        who=who,
        made=now(),
        revision=revision_of(session),
        budget=wish.budget,
        cap=wish.cap,
        reads=None if wish.reads is None else dict(wish.reads),
    )
    session.add(rescan)
    session.flush()
    return rescan


def held(session: Session, number: int) -> Rescan:
    """A rescan, locked until the session ends. Raises `NoSuchRescan`."""
    return _there(session.get(Rescan, number, with_for_update=True), number)


def known(session: Session, number: int) -> Rescan:
    """A rescan, to look at. Raises `NoSuchRescan`."""
    return _there(session.get(Rescan, number), number)


def resume(session: Session, number: int) -> Rescan:
    """Says yes to a new one, or has a paused one go on."""
    rescan = held(session, number)
    if rescan.state == RescanState.NEW:
        rescan.state = RescanState.SCHEDULED
    elif rescan.state == RescanState.PAUSED:
        started = rescan.started is not None
        rescan.state = RescanState.RUNNING if started else RescanState.SCHEDULED
        _count_from_now(session, rescan)
    elif rescan.state in (*ENDED, RescanState.ABORTING):
        raise NoSuchRescan(f"rescan {number} is {rescan.state}; start another one")
    return rescan


def pause(session: Session, number: int) -> Rescan:
    """Halts one: what is being done comes to the end of its handful."""
    rescan = held(session, number)
    if rescan.state in (RescanState.SCHEDULED, RescanState.RUNNING):
        rescan.state = RescanState.PAUSED
        _take_back(session, rescan, State.BLOCKED)
    elif rescan.state != RescanState.PAUSED:
        raise NoSuchRescan(f"rescan {number} is {rescan.state}, so it can't be paused")
    return rescan


def abort(session: Session, number: int, why: str = "somebody ended it") -> Rescan:
    """Ends one for good; the cases that it opened stay."""
    rescan = held(session, number)
    if rescan.state not in ENDED:
        rescan.state, rescan.why = RescanState.ABORTING, why
        _take_back(session, rescan, State.SUPERSEDED)
        advance(session, rescan, rescan.revision)
    return rescan


def advance(session: Session, rescan: Rescan, revision: int) -> None:
    """Does what is due for a rescan that this session has locked; `revision` is the registry's in the current
    snapshot.
    """
    ready = rescan.kind == Kind.MODEL or revision >= rescan.revision
    if rescan.state == RescanState.SCHEDULED and ready:
        rescan.state, rescan.started = RescanState.RUNNING, now()
        _count_from_now(session, rescan)
        _extend(session, rescan)
    if rescan.state == RescanState.RUNNING:
        _give_out(session, rescan)
        if not _parts(session, rescan, State.BLOCKED, State.WAITING, State.WORKING):
            _end_lap(session, rescan)
    if rescan.state == RescanState.ABORTING:
        _take_back(session, rescan, State.SUPERSEDED)
        if not _parts(session, rescan, State.WORKING):
            rescan.state, rescan.ended = RescanState.ABORTED, now()
            _forget(session, rescan)


def _there(rescan: Rescan | None, number: int) -> Rescan:
    if rescan is None:
        raise UnknownRescan(f"there is no rescan {number}; `detector rescan status` lists them")
    return rescan


def allowed(session: Session, rescan: Rescan) -> int | None:
    """How many more listings its budget allows now; None where it has none."""
    if rescan.budget is None or rescan.since is None:
        return None
    hours = (now() - rescan.since).total_seconds() / 3600
    return int(rescan.budget * hours) + 1 - (_seen(session, rescan) - rescan.seen_before)


def _forget(session: Session, rescan: Rescan) -> None:
    """What was read for one that was aborted."""
    gone = delete(NextReading).where(NextReading.rescan_id == rescan.id)
    session.execute(gone.execution_options(synchronize_session=False))


def _give_out(session: Session, rescan: Rescan) -> None:
    if rescan.kind == Kind.MODEL:
        rereading.give_out(session, rescan, allowed(session, rescan))
        return
    going = _parts(session, rescan, State.WAITING, State.WORKING)
    room = AT_ONCE - going
    left = allowed(session, rescan)
    if left is not None:
        room = min(room, 1 - going) if left > 0 else 0
    if room <= 0:
        return
    blocked = select(RescanPart.id).where(_of(rescan, State.BLOCKED)).order_by(RescanPart.id).limit(room)
    numbers = session.scalars(blocked).all()
    hand_out(session, RescanPart, numbers, "rescan")


def _end_lap(session: Session, rescan: Rescan) -> None:
    """Goes on with what came in meanwhile, or completes it."""
    if rescan.laps <= MOST_LAPS and _extend(session, rescan):
        _give_out(session, rescan)
        return
    rescan.state, rescan.ended = RescanState.COMPLETED, now()
    if rescan.kind == Kind.MODEL:  # what would change is told before anybody switches
        announce(session, "estimate", [rescan.id])
    aside = _parts(session, rescan, State.QUARANTINED)
    if aside:
        rescan.why = f"{aside} of its parts were put aside: `detector status` says why"


def _extend(session: Session, rescan: Rescan) -> int:
    """Adds parts of all versions up to the newest; returns how many."""
    if rescan.kind == Kind.MODEL:
        rescan.laps += 1
        return rereading.extend(session, rescan)
    texts, looks = newest(session, Holds.TEXTS), newest(session, Holds.LOOKS)
    if rescan.kind == Kind.RULE:  # whatever is judged with everything that there is of it
        stretches = [(Holds.TEXTS, *one) for one in parted(rescan.upto + 1, texts, VERSIONS)]
    else:
        stretches = [
            (Holds.TEXTS, *one) for one in stretches_of(session, Holds.TEXTS, rescan.upto + 1, texts)
        ]
        looked_at = stretches_of(session, Holds.LOOKS, rescan.upto_looks + 1, looks)
        stretches += [(Holds.LOOKS, *one) for one in looked_at]
    rows = [
        {"rescan_id": rescan.id, "holds": holds, "first": first, "last": last, "cursor": first - 1}
        | {"lap": rescan.laps, "state": State.BLOCKED, "due": now()}
        for holds, first, last in stretches
    ]
    if rows:
        session.execute(insert(RescanPart), rows)
    rescan.upto, rescan.upto_looks = max(texts, rescan.upto), max(looks, rescan.upto_looks)
    rescan.laps += 1
    return len(rows)


def _count_from_now(session: Session, rescan: Rescan) -> None:
    rescan.since, rescan.seen_before = now(), _seen(session, rescan)


def _take_back(session: Session, rescan: Rescan, state: State) -> None:
    """What was given out and nobody has begun."""
    if rescan.kind == Kind.MODEL:
        rereading.take_back(session, rescan)
        return
    waiting = update(RescanPart).where(_of(rescan, State.WAITING, State.BLOCKED))
    session.execute(waiting.values(state=state).execution_options(synchronize_session=False))


def _seen(session: Session, rescan: Rescan) -> int:
    if rescan.kind == Kind.MODEL:
        return rereading.count(session, rescan, State.DONE, State.REFUSED)
    total = select(func.sum(RescanPart.listings)).where(RescanPart.rescan_id == rescan.id)
    return int(session.scalar(total) or 0)


def _parts(session: Session, rescan: Rescan, *states: State) -> int:
    if rescan.kind == Kind.MODEL:
        return rereading.count(session, rescan, *states)
    return session.scalar(select(func.count()).select_from(RescanPart).where(_of(rescan, *states))) or 0


def _of(rescan: Rescan, *states: State) -> ColumnElement[bool]:
    return (RescanPart.rescan_id == rescan.id) & RescanPart.state.in_(states)


def due(session: Session) -> Sequence[int]:
    """The numbers of those that may have to be moved on."""
    moving = (RescanState.SCHEDULED, RescanState.RUNNING, RescanState.ABORTING)
    return session.scalars(select(Rescan.id).where(Rescan.state.in_(moving)).order_by(Rescan.id)).all()
