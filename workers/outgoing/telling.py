"""Takes up all announcements that are due, and notices whose listings are known by now."""

from datetime import datetime

from sqlalchemy import select

from review.decisions.tables import Announcement
from review.notices.placing import place_waiting, waits
from review.notices.tables import Notice
from review.outgoing.telling import tell_due
from storage.database import Database


def tell_all(database: Database, at: datetime) -> int:
    """How many announcements were taken up. Where nothing is due nothing is written."""
    with database.reading() as session:
        due = session.scalar(select(Announcement.id).where(Announcement.due <= at).limit(1)) is not None
        unplaced = session.scalar(select(Notice.id).where(waits()).limit(1)) is not None
    if unplaced:
        with database.writing("deliver") as session:
            place_waiting(session, at)
    told = 0
    while due:
        with database.writing("deliver") as session:
            taken = tell_due(session, at)
        told += taken
        due = taken > 0
    return told
