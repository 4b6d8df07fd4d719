"""Databases for tests, each empty: SQLite in a file, and PostgreSQL from a wheel; and a marketplace."""

import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.database import Database
from tests.postgresql import open_server

if TYPE_CHECKING:
    from workers.demo.shop.server import Marketplace

os.environ["DETECTOR_HOME"] = tempfile.mkdtemp(prefix="detector-tests-")  # nobody's own data is touched

_numbers = count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a server, with `{}` for the name of a database."""
    with open_server() as server:
        yield server.get_uri("{}").replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'detector.sqlite'}"
    import psycopg

    address, name = request.getfixturevalue("postgresql"), f"test{next(_numbers)}"
    plain = address.format("postgres").replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    return str(address.format(name))


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
