"""Databases for tests, each empty: SQLite in a file, and PostgreSQL from a wheel; and a marketplace."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from storage.database import Database
from tests.command import detector_here  # noqa: F401 - a fixture
from tests.postgresql import open_server
from tests.sqlite import migrated_sqlite

if TYPE_CHECKING:
    from workers.demo.shop.server import Marketplace

_HOME = tempfile.mkdtemp(prefix="detector-tests-")
os.environ["DETECTOR_HOME"] = _HOME  # nobody's own data is touched

# Nothing in tests is timed: a busy machine is no fault of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

_numbers = count()


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a server, with `{}` for the name of a database; `migrated` is one with the schema."""
    with open_server() as server:
        address = server.get_uri("{}").replace("postgresql://", "postgresql+psycopg://")
        _create(address, "migrated")
        Database(address.format("migrated")).close()
        yield address


def _create(address: str, name: str, template: str = "template1") -> str:
    # Without fsync copying the files is five times as fast as writing all of it to the log.
    _on_server(address, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return address.format(name)


def _on_server(address: str, statement: str) -> None:
    import psycopg

    plain = address.format("postgres").replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as server:
        server.execute(statement)


@contextmanager
def _created(address: str, template: str) -> Iterator[str]:
    """A database that goes with its test: hundreds, of 12 MB each, would have to be written to the disk, and
    removed again before the server could end.
    """
    name = f"test{next(_numbers)}"
    yield _create(address, name, template)
    _on_server(address, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(kind_of_database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a database without a schema."""
    if kind_of_database == "sqlite":
        yield f"sqlite:///{tmp_path / 'detector.sqlite'}"
    else:
        with _created(request.getfixturevalue("postgresql"), "template1") as url:
            yield url


@pytest.fixture
def database_url(kind_of_database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a database with today's schema: a copy, as migrating takes a hundred times as long."""
    if kind_of_database == "sqlite":
        yield migrated_sqlite(tmp_path)
    else:
        with _created(request.getfixturevalue("postgresql"), "migrated") as url:
            yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def _marketplace() -> Iterator["Marketplace"]:
    from workers.demo.shop.goods import Goods
    from workers.demo.shop.server import served

    with served(Goods(57)) as marketplace:
        yield marketplace


@pytest.fixture
def market(_marketplace: "Marketplace") -> "Marketplace":
    """A marketplace of 57 invented goods, really served, that misbehaves when asked to."""
    _marketplace.forget()
    return _marketplace
