"""What another model has read becomes what is judged with, once all of it is there and somebody has seen what
would change.
"""

from storage.database import Database
from workers.rescans.moving import NoSuchRescan, held, known
from workers.rescans.rereading import move_in
from workers.rescans.tables import Kind, RescanState


def of_model(database: Database, number: int) -> None:
    """Raises `NoSuchRescan` for one that is of no model."""
    with database.reading() as session:
        if known(session, number).kind != Kind.MODEL:
            raise NoSuchRescan(f"rescan {number} is of no model, so there is nothing to compare or switch")


def switch(database: Database, number: int) -> int:
    """Returns how many readings were put where settings that name the model find them. May be called again.

    Raises `NoSuchRescan` where it isn't complete, or nobody has compared.
    """
    of_model(database, number)
    with database.reading() as session:
        rescan = known(session, number)
        if rescan.state != RescanState.COMPLETED:
            raise NoSuchRescan(f"rescan {number} is {rescan.state}; switch when it has read everything")
        if rescan.estimate is None:
            raise NoSuchRescan(
                f"nobody has seen yet what would change: `detector rescan compare {number}` tells"
            )
    moved = move_in(database, number)
    with database.writing("switch") as session:
        held(session, number).why = "what it read is judged with where the settings name it"
    return moved
