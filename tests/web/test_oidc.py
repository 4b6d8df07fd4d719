"""Signing in by a provider: a small one that speaks OpenID Connect over HTTP, and lies in every way."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from sqlalchemy import select

from brand_registry.identity.tables import External
from brand_registry.people import Person, Role
from storage.settings import settings
from tests.web.conftest import PASSWORD, Site

pytestmark = pytest.mark.slow

CLIENT, SECRET = "detector", "a secret of the two"
ANNA = "anna@example.com"


class Provider(ThreadingHTTPServer):
    """Whoever is sent to it is `claims`, at once. What it is told to say wrong it says wrong."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        self.signed_by: Any = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {"sub": "a-1", "email": ANNA, "email_verified": True}
        self.asked: dict[str, dict[str, str]] = {}

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        header = {"alg": self.algorithm, "kid": "1"}
        return jwt.encode(header, said | self.claims, self.signed_by, algorithms=[self.algorithm])


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        address, here = urlsplit(self.path), self.server.url
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/.well-known/openid-configuration":
            self._json({"issuer": here, "authorization_endpoint": f"{here}/authorize",
                        "token_endpoint": f"{here}/token", "jwks_uri": f"{here}/keys"})  # fmt: skip
        elif address.path == "/keys":
            self._json(KeySet([self.server.key]).as_dict(private=False))
        else:
            assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
            code = f"code{len(self.server.asked)}"
            self.server.asked[code] = query
            self.send_response(302)
            self.send_header(
                "Location", f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
            )
            self.end_headers()

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        asked = self.server.asked.pop(body["code"][0], None)
        proof = hashlib.sha256(body.get("code_verifier", [""])[0].encode()).digest()
        basic = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        if (
            asked is None
            or base64.urlsafe_b64encode(proof).decode().rstrip("=") != asked["code_challenge"]
            or basic != f"{CLIENT}:{SECRET}"
            or body["redirect_uri"] != [asked["redirect_uri"]]
        ):
            self._json({"error": "invalid_grant"}, 400)
            return
        token = self.server.token(asked)
        self._json({"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def _json(self, what: dict[str, Any], status: int = 200) -> None:
        said = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in (("ISSUER", server.url), ("CLIENT", CLIENT), ("SECRET", SECRET), ("NAME", "Acme ID")):
        monkeypatch.setenv(f"DETECTOR_OIDC_{name}", value)
    settings.cache_clear()
    yield server
    server.shutdown()
    server.server_close()
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def known(site: Site) -> Site:
    site.add_person(ANNA, Role.ADMINISTRATOR)
    return site


def by_provider(browser: httpx.Client) -> httpx.Response:
    """Goes to the provider and comes back."""
    there = browser.get("/signin/oidc").headers["location"]
    return browser.get(httpx.get(there).headers["location"])


def test_somebody_who_is_here_comes_in(known: Site, provider: Provider) -> None:
    browser = known.client()
    assert "Sign in with Acme ID" in browser.get("/signin").text
    answer = by_provider(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Anna" in browser.get("/").text


def test_the_password_until_then_opens_nothing_any_more(known: Site, provider: Provider) -> None:
    before = known.client(ANNA)
    assert by_provider(known.client()).status_code == 303
    assert before.get("/").status_code == 303
    assert known.client().post("/signin", data={"email": ANNA, "password": PASSWORD}).status_code == 401
    again = known.client()
    assert by_provider(again).status_code == 303
    assert by_provider(known.client()).status_code == 303
    assert again.get("/").status_code == 200


def test_from_then_on_the_providers_name_counts(known: Site, provider: Provider) -> None:
    assert by_provider(known.client()).status_code == 303
    provider.claims |= {"email": "anna.married@example.com"}
    assert by_provider(known.client()).status_code == 303
    provider.claims |= {"sub": "b-2", "email": ANNA}
    assert by_provider(known.client()).status_code == 401
    with known.database.reading() as session:
        assert session.scalars(select(External.subject)).all() == ["a-1"]


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 3_600},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "nobody@example.com"},
        {"email": None},
        {"sub": None},
        {"sub": ["a-1"]},
    ],
)
def test_what_the_provider_says_wrong_lets_nobody_in(known: Site, provider: Provider, claims) -> None:
    provider.claims |= claims
    browser = known.client()
    assert by_provider(browser).status_code == 401
    assert browser.get("/").status_code == 303


def test_another_key_or_our_own_secret_signs_nothing(known: Site, provider: Provider) -> None:
    provider.signed_by = RSAKey.generate_key(2048, {"kid": "1"})
    assert by_provider(known.client()).status_code == 401
    provider.signed_by, provider.algorithm = OctKey.import_key(SECRET), "HS256"
    assert by_provider(known.client()).status_code == 401


def test_coming_back_works_in_the_browser_that_left_and_once(known: Site, provider: Provider) -> None:
    left = known.client()
    there = left.get("/signin/oidc").headers["location"]
    back = httpx.get(there).headers["location"]
    assert known.client().get(back).status_code == 401
    other = known.client()
    other.get("/signin/oidc")
    assert other.get(back).status_code == 401
    assert left.get(back).status_code == 303
    assert left.get(back).status_code == 401


def test_whoever_left_stays_out(known: Site, provider: Provider) -> None:
    with known.database.writing("the test") as session:
        from datetime import UTC, datetime

        session.scalar(select(Person)).left = datetime.now(UTC)
    assert by_provider(known.client()).status_code == 401


def test_a_provider_that_is_down_is_told(known: Site, provider: Provider, monkeypatch) -> None:
    monkeypatch.setenv("DETECTOR_OIDC_ISSUER", "http://127.0.0.1:1")
    settings.cache_clear()
    answer = known.client().get("/signin/oidc")
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)


def test_without_a_provider_there_is_no_such_way(known: Site) -> None:
    browser = known.client()
    assert browser.get("/signin/oidc").status_code == 404
    assert "Sign in with" not in browser.get("/signin").text
