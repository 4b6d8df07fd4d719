"""Begins the pulls that are due by the schedules in the file of sources."""

from datetime import datetime, timedelta

from celery.schedules import crontab
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from review.tables import Pulled
from storage.database import Database
from storage.settings import settings
from workers.graph.claims import now
from workers.graph.outbox import announcing
from workers.graph.pulling import moving, start
from workers.graph.tables import Run
from workers.sources.configured import read_sources
from workers.sources.settings import SourceSettings


def begin_due(database: Database) -> list[str]:
    """The names of the sources of which a pull was begun. Raises `BadSources`.

    A source that was never pulled is due at once; one that is being pulled, or is paused, is not. From time
    to time the whole of it is pulled, which alone tells what is gone; not where a budget would cut that off.
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
                start(session, name, whole=_whole_is_due(session, name, source))
                begun.append(name)
    return begun


def _whole_is_due(session: Session, name: str, source: SourceSettings) -> bool:
    if source.whole_every is None or source.budget.bounds:
        return False
    whole = session.scalar(select(Pulled.whole).where(Pulled.source == name))
    return whole is None or whole <= now() - timedelta(days=source.whole_every)


def is_due(schedule: str, last: datetime | None) -> bool:
    """Whether a time of the schedule, in UTC, lies between the last pull and now."""
    if last is None:
        return True
    at = now()
    cron = crontab.from_string(schedule)
    cron.nowfun = lambda: at
    left = cron.remaining_estimate(last.replace(tzinfo=last.tzinfo or at.tzinfo))
    return bool(left.total_seconds() <= 0)
