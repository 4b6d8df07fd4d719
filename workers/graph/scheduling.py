"""Begins the pulls that are due by the schedules in the file of sources."""

from datetime import datetime

from celery.schedules import crontab
from sqlalchemy import func, select

from storage.database import Database
from storage.settings import settings
from workers.graph.claims import now
from workers.graph.outbox import announcing
from workers.graph.pulling import moving, start
from workers.graph.tables import Run
from workers.sources.configured import read_sources


def begin_due(database: Database) -> list[str]:
    """The names of the sources of which a pull was begun. Raises `BadSources`.

    A source that was never pulled is due at once; one that is being pulled, or is paused, is not.
    """
    if not settings().sources.exists():
        return []
    begun = []
    for name, source in read_sources(settings().sources).items():
        if source.schedule is None or source.paused:
            continue
        with announcing(database, "schedule") as session:
            last = session.scalar(select(func.max(Run.started)).where(Run.source == name))
            if moving(session, name) is None and is_due(source.schedule, last):
                start(session, name)
                begun.append(name)
    return begun


def is_due(schedule: str, last: datetime | None) -> bool:
    """Whether a time of the schedule, in UTC, lies between the last pull and now."""
    if last is None:
        return True
    at = now()
    cron = crontab.from_string(schedule)
    cron.nowfun = lambda: at
    left = cron.remaining_estimate(last.replace(tzinfo=last.tzinfo or at.tzinfo))
    return bool(left.total_seconds() <= 0)
