"""Where a request comes from, as a proxy says it, for those proxies alone that are trusted."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from brand_registry.identity.tables import AccountEvent
from brand_registry.web.app import create_app
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import BadSetting
from storage.settings import settings
from tests.sqlite import migrated_sqlite
from workers.serve import served


@pytest.fixture
def trusting(monkeypatch):
    def trust(value):
        monkeypatch.setenv("DETECTOR_TRUSTED_PROXIES", value)
        settings.cache_clear()

    yield trust
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("trusted", "proxy", "said", "counted"),
    [
        ("10.1.0.0/16, 192.0.2.7", "10.1.2.3", "203.0.113.7", "203.0.113.7"),
        ("10.1.0.0/16, 192.0.2.7", "192.0.2.7", "198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("10.1.0.0/16, 192.0.2.7", "10.2.0.1", "203.0.113.7", "10.2.0.1"),
        ("fd00::/8", "fd12::1", "2001:DB8:0::7", "2001:db8::7"),
        ("10.1.0.0/16", "10.1.2.3", "::ffff:203.0.113.7", "203.0.113.7"),
        ("10.1.0.0/16", "10.1.2.3", "fe80::1%" + "x" * 200, "fe80::1"),
        ("10.1.0.0/16", "10.1.2.3", "x" * 500, "unknown"),
        ("none", "127.0.0.1", "203.0.113.7", "127.0.0.1"),
    ],
)
def test_attempts_are_counted_by_the_callers_address(
    tmp_path, trusting, trusted, proxy, said, counted
) -> None:
    trusting(trusted)
    database = Database(migrated_sqlite(tmp_path))
    config = served(create_app(database, Blobs(tmp_path / "blobs")))
    config.load()
    with TestClient(config.loaded_app, client=(proxy, 5)) as browser:
        browser.post(
            "/signin",
            data={"email": "a@b.example", "password": "x"},
            headers={"X-Forwarded-For": said, "Sec-Fetch-Site": "same-origin"},
        )
    with database.reading() as session:
        assert session.scalars(select(AccountEvent.address)).all() == [counted]
    database.close()


@pytest.mark.parametrize("value", ["*", "proxy.example", "10.0.0.1/8", "10.0.0.0/40", "127.0.0.1;::1"])
def test_what_is_no_address_is_refused(trusting, value) -> None:
    trusting(value)
    with pytest.raises(BadSetting, match="DETECTOR_TRUSTED_PROXIES"):
        settings()
