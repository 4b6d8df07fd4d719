from collections.abc import Iterator

import pytest

from storage.settings import settings
from tests.middle.endpoint import Endpoint, served
from tests.sqlite import migrated_sqlite

KEY = "sk-very-secret-0815"


@pytest.fixture
def endpoint(monkeypatch, tmp_path) -> Iterator[Endpoint]:
    """An endpoint that the settings name; its answers are kept in a database of its own."""
    with served() as server:
        home = tmp_path / "home"
        home.mkdir()
        migrated_sqlite(home)
        chosen = {"MIDDLE_URL": server.url, "MIDDLE_MODEL": "stub-1", "MIDDLE_KEY": KEY, "HOME": str(home)}
        for name, value in chosen.items():
            monkeypatch.setenv(f"DETECTOR_{name}", value)
        settings.cache_clear()
        yield server
    monkeypatch.undo()
    settings.cache_clear()
