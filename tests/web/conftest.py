"""A running server on a free port, people to sign in as, and a real browser."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from brand_registry.people import Owner, Person, Role, RoleHeld
from brand_registry.web.app import create_app
from storage.blobs import Blobs
from storage.database import Database

PASSWORD = "seven brown ducks on a lake"
"""Of everybody in these tests."""
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Of little cost, which a hash carries in itself: hundreds of tests sign in."""
expect.set_options(timeout=60_000)


@dataclass(frozen=True)
class Site:
    """A server that runs in this process. `database` is the one it works on."""

    url: str
    database: Database
    blobs: Blobs

    def add_person(self, email: str, role: Role, owner: str | None = None) -> None:
        """Somebody with the password of everybody; an `owner` is made where there is none of that key."""
        with self.database.writing("the test") as session:
            holds = session.query(Owner).filter_by(key=owner).one_or_none() if owner else None
            if owner and holds is None:
                session.add(holds := Owner(key=owner, name=owner.capitalize()))
                session.flush()
            held = RoleHeld(role=role, owner_id=holds.id if holds else None)
            name = email.partition("@")[0].title()
            session.add(Person(email=email, name=name, password=HASH, roles=[held]))

    def client(self, email: str | None = None) -> httpx.Client:
        """A program that behaves as a browser would, signed in as somebody."""
        client = httpx.Client(
            base_url=self.url, timeout=60, headers={"Accept": "text/html", "Origin": self.url}
        )
        if email:
            answer = client.post("/signin", data={"email": email, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client


def answers(url: str) -> bool:
    """Whether a server is up that was started as a process of its own."""
    try:
        return httpx.get(f"{url}/health", timeout=60).status_code == 200
    except httpx.TransportError:
        return False


def sign_in(page: Page, site: Site, email: str) -> None:
    """In a browser, as a person does it."""
    page.goto(f"{site.url}/signin")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/")


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of an app, which a thread of this process serves."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the server didn't start"
        assert time.monotonic() < deadline, "the server didn't start within a minute"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(60)


@pytest.fixture
def make_site(database: Database, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Starts servers; whatever it is given goes to `create_app`."""
    with ExitStack() as running:

        def make(**options: object) -> Site:
            blobs = Blobs(tmp_path / "blobs")
            app = create_app(database, blobs, **options)  # type: ignore[arg-type]
            return Site(running.enter_context(served(app)), database, blobs)

        yield make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()


@pytest.fixture(scope="module")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(_playwright: Playwright) -> Iterator[Browser]:
    """Chromium; where there is none it is installed, or it is said how."""
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
        "--disable-sync --no-first-run"
    )
    with _playwright.chromium.launch(executable_path=_chromium(), args=flags.split()) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser profile of 1280 × 800. What a page writes to the console as an error fails the test."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if "Content Security" in line.text else None)
        yield page
    assert said == []


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    if found := next(filter(None, map(shutil.which, names)), None):
        return found
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]):
            subprocess.run(command, check=True, capture_output=True)
        if found := shutil.which("chromium"):
            return found
    pytest.fail("these tests need Chromium; install it with: sudo apt-get install chromium")


@pytest.fixture
def desk(make_site: Callable[..., Site], monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with the console, a brand, two reviewers, a lead, and the owner of something else."""
    from review.web import found
    from review.web.console import console_part
    from storage.settings import settings
    from tests.web.console_cases import add_brand
    from tests.web.desk import ANNA, BEN, LEA, OLGA
    from workers.graph.pictured import pictures_of

    monkeypatch.setattr(settings(), "second_look_share", 0.0)
    site = make_site(parts=[found.PART, console_part(pictures_of)])
    for email, role in ((ANNA, Role.REVIEWER), (BEN, Role.REVIEWER), (LEA, Role.LEAD)):
        site.add_person(email, role)
    site.add_person(OLGA, Role.OWNER, "globex")
    add_brand(site)
    return site


@pytest.fixture
def acme(site: Site) -> Site:
    """A site with an owner's brand, which has a mark and a product."""
    from brand_registry.access import operator
    from brand_registry.editing import register
    from tests.web.brand_pages import ANNA

    site.add_person(ANNA, Role.OWNER, "acme")
    with site.database.writing(ANNA) as session:
        fields = {"name": "Acme", "marks": [{"text": "Acme", "classes": [25]}], "products": [{"name": "One"}]}
        register(session, operator(), "acme", fields)
    return site
