"""The database: SQLite in a file by default, PostgreSQL by setting; the same code on both."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, DateTime, Engine, MetaData, StaticPool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as Busy
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from storage.errors import BadSetting, ChangedMeanwhile, StorageError
from storage.migrations import migrate
from storage.settings import settings

WAIT = 30
"""Seconds that one writer waits for another; writers hold the lock for a batch, not longer."""
_WRITTEN = "write it as sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
WRITES = "detector_writes"
"""The execution option of connections that will write."""


class Time(TypeDecorator[datetime]):
    """A point in time, given and had with its zone; kept in UTC, which SQLite doesn't know of."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        return value if value is None else value.replace(tzinfo=value.tzinfo or UTC)


class Base(DeclarativeBase):
    """Of all tables, whichever room they belong to. Constraints have names, so that migrations can find
    them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """An open database of the schema that this program knows: an older one is migrated at once.

    Raises `StorageError` where it can't be opened, or was made by a newer program.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        # Of the same connections; made once, as each sets up listeners of its own.
        self._reads, self._writes = _snapshot(self.engine), self.engine.execution_options(**{WRITES: True})
        with told(self.engine):
            migrate(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database from its first question to its last."""
        with told(self.engine), Session(self._reads) as session:
            yield session

    @contextmanager
    def writing(self, who: str) -> Iterator[Session]:
        """A session that commits at the end, and rolls everything back where something was raised.

        `who` stands in the history of what is changed. Writers come one after another. Raises
        `ChangedMeanwhile` where what is to be changed is no longer what was read.
        """
        with told(self.engine), Session(self._writes, info={"who": who}) as session:
            try:
                yield session
                session.commit()
            except StaleDataError:
                raise ChangedMeanwhile(
                    "somebody else changed this in the meantime, and nothing of yours was kept; look at what "
                    "is there now and change it again"
                ) from None

    def close(self) -> None:
        self.engine.dispose()


def database_url() -> str:
    """By the settings."""
    return settings().database or f"sqlite:///{settings().home / 'detector.sqlite'}"


def database_exists(url: str) -> bool:
    """False for a SQLite file that nobody has made yet; of a server it is only known by asking."""
    file = _address(url).database
    return not url.startswith("sqlite") or bool(file and file != ":memory:" and Path(file).exists())


_KEPT_OPEN: dict[str, Any] = {"pool_size": 15, "max_overflow": 0, "pool_use_lifo": True}
"""Of connections: a new one costs more than most questions. The latest used goes first, as it has the most
prepared.
"""


# Whatever stands between may forget a connection that rests, and tell nobody.
_ASKED_OF_POSTGRESQL = {"connect_timeout": WAIT, "keepalives_idle": 60, "tcp_user_timeout": 60_000}


def _address(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise _unusable() from None


def _unusable() -> BadSetting:
    # What was given isn't said again: it may hold a password.
    return BadSetting(f"the setting DETECTOR_DATABASE: is no address that can be used; {_WRITTEN}")


def _engine(url: str) -> Engine:
    address = _address(url)
    try:
        if address.get_backend_name() == "sqlite":
            return _sqlite(url, address.database)
        if address.get_backend_name() == "postgresql":
            return create_engine(url, pool_pre_ping=True, connect_args=_ASKED_OF_POSTGRESQL, **_KEPT_OPEN)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError):
        raise _unusable() from None
    raise BadSetting(f"the setting DETECTOR_DATABASE: {address.get_backend_name()} is not known; {_WRITTEN}")


def _sqlite(url: str, file: str | None) -> Engine:
    options = _KEPT_OPEN
    if not file or file == ":memory:":
        options = {"poolclass": StaticPool}
    else:
        folder = Path(file).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"{folder}: cannot be made ({error.strerror}); name a folder to keep data in by DETECTOR_HOME"
            ) from None
    engine = create_engine(url, connect_args={"timeout": WAIT, "check_same_thread": False}, **options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The module's own transactions begin late and leave out DDL; `_begin` opens them instead.
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that turns writer is refused without waiting when another wrote in between.
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _snapshot(engine: Engine) -> Engine:
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


_CAUSES = {
    "full": "the disk is full; what was committed before is safe, so make room and run it again",
    "no space left": "the disk is full; what was committed before is safe, so make room and run it again",
    "could not extend": "the disk is full; what was committed before is safe, so make room and run it again",
    "disk i/o": "the disk fails or is full; make room or mend it, and run it again",
    "malformed": "the file is damaged; bring back a copy of it",
    "not a database": "this is no SQLite database; name another file",
    "unable to open": "it cannot be opened; may this user read and write it and its folder?",
    "readonly": "this user may not write to it",
    "locked": f"another program has been writing to it for more than {WAIT} seconds; try again",
    "connection": "the server does not answer as it should; is it running, and is the address right?",
}


@contextmanager
def told(engine: Engine) -> Iterator[None]:
    """Turns what a database says of its own state into words that tell what to do."""
    try:
        yield
    except IntegrityError:  # of what was to be kept, and may quote it
        raise
    except Busy:
        raise StorageError("the database is busy: no connection came free in 30 seconds; try again") from None
    except DBAPIError as error:
        said = str(error.orig).lower()
        cause = next((clause for needle, clause in _CAUSES.items() if needle in said), None)
        if cause is None and not isinstance(error, OperationalError):
            raise
        where = engine.url.render_as_string(hide_password=True)
        raise StorageError(f"the database {where}: {cause or error.orig}") from None


def is_taken(error: IntegrityError) -> bool:
    """Whether something is there already that may be there once: somebody else was faster."""
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return code in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"}


def refused(error: IntegrityError, what: str) -> StorageError:
    """Any other, in words that don't quote what was to be kept: no input should come to it."""
    about = getattr(error.orig, "diag", None)
    said = about.message_primary if about is not None else str(error.orig)
    return StorageError(
        f"the database refuses {what} ({said}); what was counted is kept. Please report it: it is a fault of "
        "this program"
    )
