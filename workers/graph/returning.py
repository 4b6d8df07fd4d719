"""What was put aside goes back to work because a person says so: with all its attempts, and no longer among
what nobody gets done.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from detector.errors import DetectorError
from review.tables import ListingVersion, current_versions
from workers.graph.claims import lease, now
from workers.graph.outbox import STEPS, announce
from workers.graph.pulling import moving, one_at_a_time
from workers.graph.tables import Item, Lane, Picture, Quarantined, Reading, Run, Shown, State, Work


class CannotGoBack(DetectorError):
    """What was put aside is nothing that can be tried again; its message says what to do instead."""


def put_back(session: Session, entry: Quarantined) -> None:
    """Has it tried again. Listings that were judged without a picture wait for it and are judged anew.

    Raises `CannotGoBack`.
    """
    returns = {"items": _item, "pictures": _picture, "readings": _reading, "runs": _run}.get(entry.kind)
    if returns is None:
        raise CannotGoBack(
            f"{entry.id}: this is no work that can be tried again; mend it where it comes from, and it comes "
            "with the next pull or rescan"
        )
    returns(session, entry.subject)
    session.delete(entry)


def _item(session: Session, number: int) -> None:
    item = session.get_one(Item, number)
    if _waits(session, Item, number, State.QUARANTINED):
        announce(session, STEPS[item.step], [number], item.lane, alone=True)


def _picture(session: Session, number: int) -> None:
    if _waits(session, Picture, number, State.REFUSED):
        _block(session, select(Shown.version_id).where(Shown.picture_id == number))
        announce(session, "fetch", [number], session.get_one(Picture, number).lane, alone=True)


def _reading(session: Session, number: int) -> None:
    if _waits(session, Reading, number, State.REFUSED):
        read = session.get_one(Reading, number)
        showing = select(Shown.version_id).join(Picture, Picture.id == Shown.picture_id)
        _block(session, showing.where(Picture.sha256 == read.sha256))
        announce(session, "read", [number], read.lane)


def _run(session: Session, number: int) -> None:
    run = session.get_one(Run, number)
    one_at_a_time(session, run.source)
    if moving(session, run.source) is not None:
        raise CannotGoBack(f"{run.source} is being pulled already; what is left of it comes with that pull")
    if _waits(session, Run, number, State.QUARANTINED):
        announce(session, "pull", [number])


def _waits(session: Session, kind: type[Work], number: int, aside: State) -> bool:
    """Whether it was aside, and now waits."""
    back = update(kind).where(kind.id == number, kind.state == aside)
    done = session.execute(
        back.values(state=State.WAITING, attempts=0, due=now() + lease(), why=None).execution_options(
            synchronize_session=False
        )
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _block(session: Session, versions: Select[Any]) -> None:
    """Has the listings of these versions judged again, as far as they still say so, when the picture is
    there.
    """
    newest = current_versions().where(ListingVersion.id.in_(versions))
    again = update(Item).where(Item.version_id.in_(newest), Item.state == State.DONE)
    session.execute(
        again.where(Item.lane == Lane.CATALOGUE)
        .values(state=State.BLOCKED, step="judge", attempts=0, due=now() + lease())
        .execution_options(synchronize_session=False)
    )


def put_aside(*, numbers: Collection[int] | None, kind: str | None, run: int | None) -> Select[Any]:
    """Asks for what was put aside, the newest first: all, or by its numbers, of a kind, of a run."""
    asked = select(Quarantined).order_by(Quarantined.id.desc())
    if numbers is not None:
        asked = asked.where(Quarantined.id.in_(numbers))
    if kind is not None:
        asked = asked.where(Quarantined.kind == kind)
    if run is not None:
        asked = asked.where(Quarantined.run_id == run)
    return asked
