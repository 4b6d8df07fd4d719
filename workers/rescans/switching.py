"""What another model has read becomes what is judged with, once all of it is there and somebody has seen what
would change.
"""

from sqlalchemy.orm import Session

from storage.database import Database
from workers.graph.claims import now
from workers.rescans.moving import NoSuchRescan, held, known
from workers.rescans.rereading import move_in
from workers.rescans.tables import Kind, Rescan, RescanState


def of_model(session: Session, number: int) -> Rescan:
    """A rescan of a model. Raises `NoSuchRescan`."""
    rescan = known(session, number)
    if rescan.kind != Kind.MODEL:
        raise NoSuchRescan(f"rescan {number} is of no model, so there is nothing to compare or switch")
    return rescan


def comparable(session: Session, number: int) -> Rescan:
    """One whose readings all lie beside those in use. Raises `NoSuchRescan`."""
    rescan = of_model(session, number)
    if rescan.moved or rescan.switched is not None:
        raise NoSuchRescan(
            f"rescan {number} was switched to, so nothing lies beside what is judged with any more; "
            "`detector rescan status` tells what was compared before"
        )
    return rescan


def ready(session: Session, number: int) -> Rescan:
    """One that may be switched to. Raises `NoSuchRescan` where it isn't complete, or nobody has compared."""
    rescan = of_model(session, number)
    if rescan.state != RescanState.COMPLETED:
        raise NoSuchRescan(f"rescan {number} is {rescan.state}; switch when it has read everything")
    if rescan.estimate is None:
        raise NoSuchRescan(f"nobody has seen yet what would change: `detector rescan compare {number}` tells")
    return rescan


def switch(database: Database, number: int) -> int:
    """Returns how many readings were put where settings that name the model find them. May be called again.

    Raises `NoSuchRescan` where it isn't `ready`.
    """
    with database.reading() as session:
        ready(session, number)
    moved = move_in(database, number)
    with database.writing("switch") as session:
        rescan = held(session, number)
        rescan.switched = rescan.switched or now()
        rescan.why = f"what it read is judged with from the moment on that you set {as_settings(rescan)}"
    return moved


def as_settings(rescan: Rescan) -> str:
    """What reads, as the environment names it."""
    return " ".join(
        f"DETECTOR_{name.upper()}={value or ''}" for name, value in sorted((rescan.reads or {}).items())
    )
