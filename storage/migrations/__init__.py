"""Brings a database to the schema of this program: as a whole or not at all.

Everything happens in one transaction on SQLite and PostgreSQL alike, DDL included, behind a lock, so that a
second program waits and then finds the work done, and one that is killed leaves the database as it was.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from storage.errors import StorageError

HEAD = "0029"
"""The newest revision under `versions/`; written here so that an up-to-date database starts without
Alembic."""
_LOCK = 7_268_541
"""Any number, the same in all programs that share a PostgreSQL database."""


def migrate(engine: Engine, to: str = HEAD) -> None:
    """Raises `StorageError` where the database was made by a newer program."""
    with engine.connect() as connection:
        if _revision(connection) == to:
            return
    sqlite = engine.dialect.name == "sqlite"
    with engine.execution_options(detector_writes=True).connect() as connection:
        if sqlite:
            # Tables are rebuilt, which must not cascade; the switch works outside a transaction alone.
            _driver(connection).execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                _upgrade(connection, to)
                if sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
                    raise StorageError("the database has rows that refer to nothing; bring back a copy of it")
        finally:
            if sqlite:
                _driver(connection).execute("PRAGMA foreign_keys = ON")


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    now = _revision(connection)
    if now is not None and now not in known:
        raise StorageError(
            f"the database is of revision {now}, made by a newer version of this program; update the program"
        )
    command.upgrade(config, to)
