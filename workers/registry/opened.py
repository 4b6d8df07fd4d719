"""The registry that the settings name, opened for a command."""

from collections.abc import Iterator
from contextlib import contextmanager

from storage.database import Database, database_url


@contextmanager
def opened() -> Iterator[Database]:
    """Raises `StorageError`."""
    database = Database(database_url())
    try:
        yield database
    finally:
        database.close()
