"""What a process of the workers opens once, after it was forked."""

from functools import cache

import workers.tables  # noqa: F401 - before threads ask for any
from storage.database import Database, database_url


@cache
def database() -> Database:
    """The database of the settings. A parent that forks must not have opened it."""
    return Database(database_url())
