"""Every route of the whole app, walked as everybody: nothing of one owner's reaches another, nothing is
changed.

The routes are the app's own, so that a new one is walked by itself; one with a part of its address that is
not known here fails until it is told what belongs there.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from brand_registry.editing import PARTS
from brand_registry.people import Owner, Person, Role, RoleHeld
from brand_registry.states import BrandState
from brand_registry.tables import Brand
from brand_registry.web.gate import OPEN
from storage.blobs import Blobs
from storage.database import Database
from tests.sqlite import on_sqlite
from tests.web.conftest import HASH, PASSWORD
from tests.web.routes import routes
from tests.web.two_owners import SECRET, fill, rows_of
from workers.serve import composed

pytestmark = pytest.mark.slow

BY_LINK = "/invitation/{token}"
"""Whoever has this address may come in: that is what it is for."""
OF_ONESELF = {"/signout", "/signout/everywhere", "/account/password", "/account/keys"}
"""What ends or changes the walker's own session, and is nothing of anybody else's."""
SHOWN_AGAIN = {"/notice"}
"""Where whoever typed an e-mail address sees it again."""
HOUSE_ROLES = (Role.REVIEWER, Role.LEAD, Role.SERVICE)


class Walk:
    """The app, with two owners of like data and somebody of each role of the house."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self.database = database
        self.app = composed(database, blobs)
        with database.writing("the test") as session:
            self.given = {key: fill(session, blobs, key, HASH) for key in SECRET}
            for role in (*HOUSE_ROLES, Role.ADMINISTRATOR):
                email, held = f"{role}@house.example", [RoleHeld(role=role)]
                session.add(Person(email=email, name=role, password=HASH, roles=held))

    def client(self, email: str | None = None, key: str | None = None) -> TestClient:
        client = TestClient(
            self.app, "http://testserver", follow_redirects=False,
            headers={"Accept": "text/html", "Origin": "http://testserver"},
        )  # fmt: skip
        if email:
            signed_in = client.post("/signin", data={"email": email, "password": PASSWORD})
            assert signed_in.status_code == 303
        if key:
            client.headers["Authorization"] = f"Bearer {key}"
        return client

    def rows(self, key: str) -> dict[str, list[tuple[Any, ...]]]:
        with self.database.reading() as session:
            return rows_of(session, key)

    def routes(self) -> Iterator[tuple[str, str]]:
        return routes(self.app)


def addresses(path: str, whose: dict[str, Any], brand_of: dict[str, Any]) -> list[str]:
    """The path with what belongs to somebody in it; with `brand_of` the brand in it is another's."""
    parts = re.findall(r"{(\w+)(?::\w+)?}", path)
    values: dict[str, list[Any]] = {
        "owner": [brand_of["owner"]],
        "key": [brand_of["key"] if "{owner}" in path else brand_of["owner"]],
        "number": whose["numbers"],
        "part": list(PARTS),
        "token": [whose["token"]],
        "decision": ["approve", "refuse", "take-back"],
        "public": [
            whose[
                "document"
                if path.startswith("/rights/doc")
                else "request"
                if path.startswith("/rights")
                else "public"
            ]
        ],
        "ticket": ["no-ticket"],
        "place": [0],
        "kind": ["zip", "pdf"],
        "deed": ["pause", "resume", "abort"],
        "asset": whose["numbers"],
    }
    unknown = set(parts) - values.keys()
    assert not unknown, f"{path}: say in this test what belongs in {unknown}"
    found = [path]
    for part in parts:
        found = [re.sub(rf"{{{part}(:\w+)?}}", str(value), one) for one in found for value in values[part]]
    return found


def forms(whose: dict[str, Any]) -> list[dict[str, Any]]:
    """What a form or a program could send that names somebody's things."""
    owner = whose["owner"]
    form = {
        "owner": owner, "email": f"owner@{owner}.example", "role": f"brand_manager/{owner}", "name": "star",
        "key": "star", "to": "retired", "kind": "logo", "reason": "because", "days": "5", "text": "walked",
        "title": "walked", "id": "walked", "value": "walked", "scope": "text", "note": "walked", "old": "x",
    }  # fmt: skip
    return [{"data": form}, {"json": form}]


def ask(client: TestClient, method: str, address: str, whose: dict[str, Any]) -> Iterator[Any]:
    if method in {"GET", "DELETE"}:
        yield client.request(method, address)
        return
    for sent in forms(whose):
        yield client.request(method, address, **sent)
    yield client.request(method, address, files={"files": ("a.pdf", b"%PDF-1"), "picture": ("a.png", b"x")})


@pytest.fixture
def walk(database: Database, tmp_path) -> Walk:
    return Walk(database, Blobs(tmp_path / "blobs"))


def as_each(*others: str) -> Any:
    """A walk as an owner on both databases, and as others where another database changes nothing."""
    both = [(kind, "owner") for kind in ("sqlite", "postgresql")]
    walked = [*both, *(("sqlite", who) for who in others)]
    return pytest.mark.parametrize(("kind_of_database", "who"), walked, indirect=["kind_of_database"])


@as_each("brand_manager", "key")
def test_an_owner_meets_nothing_of_anothers(walk: Walk, who: str) -> None:
    acme, globex = walk.given["acme"], walk.given["globex"]
    client = walk.client(key=acme["api_key"]) if who == "key" else walk.client(f"{who}@acme.example")
    secret, before = SECRET["globex"].encode(), walk.rows("globex")
    for method, path in walk.routes():
        if path in OF_ONESELF | {BY_LINK, "/signin"}:
            continue
        for brand_of in (globex, acme):
            if brand_of is acme and not re.search(r"{(number|public)}", path):
                continue
            for address in addresses(path, globex, brand_of):
                for answer in ask(client, method, address, globex):
                    told = answer.content + repr(answer.headers).encode()
                    assert secret not in told, f"{method} {address} shows another owner's"
                    if path not in SHOWN_AGAIN:
                        assert b"@globex.example" not in told, (
                            f"{method} {address} shows another owner's people"
                        )
                    assert answer.status_code < 500 or path in OPEN, f"{method} {address}: {answer.text}"
        assert walk.rows("globex") == before, f"{method} {path} changes another owner's"


@as_each("brand_manager")
def test_what_is_anothers_looks_like_what_is_not_there(walk: Walk, who: str) -> None:
    client = walk.client(f"{who}@acme.example")
    globex = walk.given["globex"]
    nobody = {
        **globex, "owner": "nobody", "document": "n" * 16, "request": "n" * 16, "public": "n" * 12,
        "numbers": [one + 10**6 for one in globex["numbers"]],
    }  # fmt: skip
    for method, path in walk.routes():
        if path in OF_ONESELF or path == BY_LINK or "{" not in path:
            continue
        for there, nowhere in zip(
            addresses(path, globex, globex), addresses(path, nobody, nobody), strict=True
        ):
            for one, other in zip(
                ask(client, method, there, globex), ask(client, method, nowhere, nobody), strict=True
            ):
                assert one.status_code == other.status_code, f"{method} {there}"
                assert _plain(one, there, globex) == _plain(other, nowhere, nobody), f"{method} {there}"


@on_sqlite
def test_nothing_tells_how_much_others_have(walk: Walk) -> None:
    client = walk.client("owner@acme.example")
    pages = [path for method, path in walk.routes() if method == "GET" and "{" not in path]
    own = [address for path in ("/brands/{owner}/{key}", "/owners/{key}", "/brands/{owner}/{key}/pictures")
           for address in addresses(path, walk.given["acme"], walk.given["acme"])]  # fmt: skip
    before = {page: client.get(page).content for page in (*pages, *own)}
    with walk.database.writing("the test") as session:
        globex = session.query(Owner).filter_by(key="globex").one()
        session.add_all(Owner(key=f"other{n}", name=f"Other {n}") for n in range(60))
        session.add_all(
            Brand(owner_id=globex.id, key=f"b{n}", name=f"B{n}", state=BrandState.LIVE) for n in range(60)
        )
    for page, content in before.items():
        assert client.get(page).content == content, f"{page} changes with what others have"


@on_sqlite
@pytest.mark.parametrize("role", HOUSE_ROLES)
def test_who_only_looks_changes_nothing(walk: Walk, role: Role) -> None:
    client, before = walk.client(f"{role}@house.example"), walk.rows("globex")
    for method, path in walk.routes():
        if method == "GET" or path in OF_ONESELF or path in {BY_LINK, "/v1/check"}:
            continue
        for address in addresses(path, walk.given["globex"], walk.given["globex"]):
            for answer in ask(client, method, address, walk.given["globex"]):
                assert answer.status_code < 500 or path in OPEN, f"{method} {address}: {answer.text}"
        assert walk.rows("globex") == before, f"{method} {path} lets a {role} change something"


@on_sqlite
def test_a_manager_lets_nobody_in_and_proves_nothing(walk: Walk) -> None:
    client, acme = walk.client("brand_manager@acme.example"), walk.given["acme"]
    kept = ("people", "owners", "roles by owner_id", "invitations by owner_id", "rights_requests by owner_id",
            "rights_documents by owner_id")  # fmt: skip
    before = walk.rows("acme")
    for method, path in walk.routes():
        if method == "GET" or path in OF_ONESELF or path.startswith(("/brands", "/v1/brands", BY_LINK)):
            continue
        for address in addresses(path, acme, acme):
            for _ in ask(client, method, address, acme):
                pass
        after = walk.rows("acme")
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}, path


@on_sqlite
def test_nobody_comes_in_where_it_is_not_open(walk: Walk) -> None:
    client, before = walk.client(), {key: walk.rows(key) for key in SECRET}
    for method, path in walk.routes():
        if any(path == one or path.startswith(one.rstrip("/") + "/") for one in OPEN):
            continue
        for address in addresses(path, walk.given["globex"], walk.given["globex"]):
            for answer in ask(client, method, address, walk.given["globex"]):
                assert answer.status_code in {303, 401}, f"{method} {address} is open"
                assert b"SECRET" not in answer.content
    assert {key: walk.rows(key) for key in SECRET} == before


def _plain(answer: Any, address: str, whose: dict[str, Any]) -> str:
    """What was said, without the names that were asked for."""
    text = answer.text + answer.headers.get("location", "")
    for name in (address, whose["owner"], whose["document"], whose["request"], whose["public"]):
        text = text.replace(name, "…")
    return text
