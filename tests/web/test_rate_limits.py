"""Who asks too often waits, and is told for how long; nobody else does."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from brand_registry.people import Role
from brand_registry.web.rate_limits import network_of
from review.appeals.links import path_of
from review.appeals.tables import Appeal
from review.notices.tables import Notice
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import BadSetting
from storage.settings import settings
from tests.review.conftest import add_case
from tests.review.test_statements import confirm
from tests.sqlite import migrated_sqlite
from tests.web.conftest import HASH, PASSWORD
from tests.web.two_owners import SECRET, fill
from workers.broker import EmbeddedBroker
from workers.serve import composed

Ask = Callable[..., TestClient]
HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"
ATTEMPTS = "Too many attempts to sign in from your address"
NOTICE = {
    "where": "https://market.example/9", "brand": "acme", "policy": "counterfeit", "name": "Anna",
    "explanation": "This is a copy of our shoe, sold as if it were ours.", "email": "a@b.example",
}  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """SQLite alone: nothing here is counted in the database."""
    opened = Database(migrated_sqlite(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def limited(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Builds the app, by what a test says of the settings, and gives clients of addresses."""

    def build(**given: str) -> Callable[[str], TestClient]:
        for name, value in given.items():
            monkeypatch.setenv(f"DETECTOR_{name.upper()}", value)
        settings.cache_clear()
        app = composed(database, Blobs(tmp_path / "blobs"))

        def client(address: str = HERE, accept: str = "text/html") -> TestClient:
            ours = {"Accept": accept, "Sec-Fetch-Site": "same-origin"}
            return TestClient(app, client=(address, 5), headers=ours, follow_redirects=False)

        return client

    yield build
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("rate", "method", "path", "kind", "said"),
    [
        ("limit_forms", "POST", "/notice", "text/html", "Too much was sent from your address"),
        ("limit_forms", "POST", "/notice", "*/*", "too much was sent from your address"),
        ("limit_forms", "POST", "/v1/notices", "text/html", "too much was sent from your address"),
        ("limit_forms", "POST", "/appeal/1.x", "*/*", "too much was sent from your address"),
        ("limit_pages", "GET", "/notice", "text/html", "Too many pages went to your address"),
        ("limit_pages", "GET", "/appeal/1.x", "text/html", "Too many pages went to your address"),
        ("limit_pages", "HEAD", "/invitation/x", "text/html", None),
        ("limit_sign_in", "POST", "/signin", "text/html", ATTEMPTS),
        ("limit_sign_in", "POST", "/invitation/x", "text/html", ATTEMPTS),
        ("limit_sign_in", "GET", "/signin/oidc/back", "text/html", ATTEMPTS),
    ],
)
def test_who_asks_too_often_waits(limited, rate, method, path, kind, said) -> None:
    client = limited(**{rate: "50/minute; 2/hour"})
    here = client(HERE, kind)
    assert [here.request(method, path).status_code == 429 for _ in range(3)] == [False, False, True]
    late = here.request(method, path)
    assert 3_500 < int(late.headers["retry-after"]) <= 3_600
    if said is not None:
        assert f"{said}; try again in 60 minutes" in late.text
    page = kind == "text/html" and not path.startswith("/v1/")
    assert late.headers["content-type"].startswith("text/html" if page else "application/problem+json")
    assert late.headers["x-frame-options"] == "DENY"
    assert client(ELSEWHERE, kind).request(method, path).status_code != 429
    assert here.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_what_an_address_is_counted_as(address, counted) -> None:
    assert network_of(address) == counted


def test_one_caller_is_one_however_the_address_is_written(limited) -> None:
    client = limited(limit_pages="1/hour")
    for first, again in (("2001:db8::1", "2001:db8::ffff:2"), ("192.0.2.1", "::ffff:192.0.2.1")):
        assert client(first).get("/notice").status_code == 200
        assert client(again).get("/notice").status_code == 429
    assert client("2001:db8:0:1::1").get("/notice").status_code == 200


def test_what_was_typed_is_not_lost(limited, database) -> None:
    client = limited(limit_forms="1/hour")
    with database.writing("the test") as session:
        fill(session, Blobs(Path(settings().home) / "blobs"), "acme", "no hash")
    decision = confirm(database, add_case(database), at=datetime.now(UTC)).decision
    with database.reading() as session:
        link = path_of(session, decision)
    sent = client().post("/notice", data=NOTICE | {"good_faith": "on"})
    assert sent.status_code == 201
    late = client().post("/notice", data=NOTICE | {"good_faith": "on"})
    assert (late.status_code, "retry-after" in late.headers) == (429, True)
    assert NOTICE["explanation"] in late.text
    late = client().post(link, data={"text": "I bought it in a shop of theirs."})
    assert (late.status_code, "retry-after" in late.headers) == (429, True)
    assert "I bought it in a shop of theirs." in late.text
    with database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(kind)) for kind in (Notice, Appeal)]
    assert counts == [1, 0]


def test_keys_are_counted_each_and_people_are_not(limited, database, tmp_path) -> None:
    client = limited(limit_key="2/hour", limit_pages="1/hour", limit_forms="1/hour")
    with database.writing("the test") as session:
        blobs = Blobs(tmp_path / "blobs")
        made = {key: fill(session, blobs, key, HASH) for key in SECRET}
    program = client(HERE, "*/*")
    for key in SECRET:
        bearer = {"Authorization": f"Bearer {made[key]['api_key']}"}
        asked = [program.post("/v1/notices", json={}, headers=bearer).status_code for _ in range(3)]
        assert asked == [422, 422, 429]
    late = program.get("/v1/me", headers=bearer).json()
    assert late["detail"] == "this key asks too often; try again in 60 minutes"
    person = client()
    signed_in = person.post("/signin", data={"email": f"{Role.OWNER}@acme.example", "password": PASSWORD})
    assert signed_in.status_code == 303
    assert {person.get("/notice").status_code for _ in range(3)} == {200}


def test_none_is_as_often_as_one_likes(limited) -> None:
    client = limited(limit_sign_in="none")
    assert {client().get("/signin/oidc").status_code for _ in range(40)} == {404}


@pytest.mark.parametrize("value", ["ten", "10", "-1/minute", "5/fortnight", "10/minute;"])
def test_what_is_no_rate_is_refused(limited, value) -> None:
    with pytest.raises(BadSetting, match=r"DETECTOR_LIMIT_FORMS: '.*' is no rate; write it like 10/minute"):
        limited(limit_forms=value)


@pytest.mark.parametrize(
    "broker", ["amqp://localhost", "redis://:hush/hush@localhost", "sentinel://:hush/hush@localhost:1"]
)
def test_what_cannot_count_is_refused(limited, broker) -> None:
    with pytest.raises(BadSetting, match="DETECTOR_BROKER: no address of a Redis") as refused:
        limited(broker=broker)
    assert "hush" not in str(refused.value)


@pytest.mark.slow
def test_machines_count_together_and_a_store_that_is_down_holds_nobody_off(limited, tmp_path, caplog) -> None:
    store = EmbeddedBroker(tmp_path / "valkey")
    with ExitStack() as up:
        up.enter_context(store.kept())
        one, other = (limited(limit_pages="2/hour", broker=store.url) for _ in range(2))
        asked = [client().get("/notice").status_code for client in (one, other, one, other)]
        assert asked == [200, 200, 429, 429]
        assert int(one().get("/notice").headers["retry-after"]) > 3_500
    assert not caplog.records
    assert {one().get("/notice").status_code for _ in range(5)} == {200}
    assert "requests are not counted" in caplog.text
