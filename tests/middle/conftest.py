from collections.abc import Iterator

import pytest

from tests.middle.endpoint import Endpoint, set_in_the_middle
from tests.sqlite import migrated_sqlite


@pytest.fixture
def endpoint(monkeypatch, tmp_path) -> Iterator[Endpoint]:
    """A model in the middle, whose answers are kept in a database of their own."""
    home = tmp_path / "home"
    home.mkdir()
    migrated_sqlite(home)
    with set_in_the_middle(monkeypatch, home) as server:
        yield server
