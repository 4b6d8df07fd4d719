"""A rescan's model and the brands' own pictures: it has to read these too before anybody may switch, or marks
would be sought with vectors of one model among those of another.
"""

from storage.blobs import blobs
from storage.database import Database
from storage.settings import Settings, settings, settings_with
from workers.graph.judges import SnapshotJudges
from workers.judges import seeing
from workers.registry.current import judge_aside, look_ahead
from workers.rescans.comparing import Comparison, Other, compare
from workers.rescans.estimating import SAMPLE
from workers.rescans.switching import comparable, ready, switch


def compare_with(database: Database, number: int, sample: int = SAMPLE) -> Comparison:
    """Has the brands' pictures read too, and tells what would change. Raises `NoSuchRescan` where there is
    nothing to compare, `StorageError` where a picture of a brand can't be read, or those in use aren't yet.
    """
    with database.reading() as session:
        chosen = settings_with(comparable(session, number).reads or {})
    lost = look_ahead(database, chosen)
    judge = seeing(SnapshotJudges(database).current())
    if chosen.image_model == settings().image_model and not lost:  # what is sought in pictures stays the same
        return compare(database, blobs(), judge, number, sample)
    with judge_aside(database, chosen) as other:
        return compare(database, blobs(), judge, number, sample, other=Other(other, lost))


def switch_to(database: Database, number: int) -> int:
    """Has the pictures read that brands brought since, and switches; returns how many readings were put in
    place. Raises as `compare_with` does.
    """
    with database.reading() as session:
        chosen: Settings = settings_with(ready(session, number).reads or {})
    look_ahead(database, chosen)
    return switch(database, number)
