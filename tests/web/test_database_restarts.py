"""PostgreSQL is restarted, as in a crash, while reviewers work: no decision is lost, none is doubled."""

import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable

import httpx
import psutil
import pytest
from sqlalchemy import select

from brand_registry.people import Role
from review.audit.checking import verify_all
from review.decisions.tables import Announcement, Decision
from review.queue.tables import Queued
from review.web import found
from review.web.console import console_part
from storage.settings import settings
from tests.postgresql import open_server
from tests.review.conftest import add_case
from tests.web.conftest import Site
from workers.graph.pictured import pictures_of

pytestmark = pytest.mark.slow

CASES, REVIEWERS = 60, 6
_PATIENCE = 180.0
_SAID = re.compile(r'name="(seen|token)" value="(\w+)"')


@pytest.fixture(scope="module")
def server():
    with open_server() as running:
        yield running


@pytest.fixture
def database_url(server) -> str:
    return server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://")


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.1)


class Reviewer(threading.Thread):
    """Decides cases until none is left, and sends again what was not answered, as a browser's user does."""

    def __init__(self, site: Site, email: str) -> None:
        super().__init__(daemon=True)
        self.client = site.client(email)
        self.answered: list[str] = []
        self.failures = 0

    def run(self) -> None:
        there = self._ask("POST", "/queue/next").headers["location"]
        while there.startswith("/cases/"):
            case = there.partition("?")[0]
            fields = dict(_SAID.findall(self._ask("GET", case).text))
            if "token" not in fields:  # somebody else has it by now
                there = self._ask("POST", "/queue/next").headers["location"]
                continue
            fields |= {"outcome": "confirmed", "policy": "trademark", "reason": "misspelling"}
            answer = self._ask("POST", f"{case}/decide", fields)
            if answer.status_code == 303:
                self.answered.append(fields["token"])
                there = answer.headers["location"]
            else:
                there = self._ask("POST", "/queue/next").headers["location"]

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> httpx.Response:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                answer = self.client.request(method, path, data=fields)
                if answer.status_code < 500:
                    return answer
            except httpx.TransportError:
                pass
            self.failures += 1
            assert time.monotonic() < end, f"{method} {path} was not answered any more"
            time.sleep(0.2)


def starts(server) -> bool:
    try:
        server.ensure_postgres_running()
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return False  # what is left of the one before is in its way yet
    return True


def test_no_decision_is_lost_and_none_doubled(make_site, server, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "second_look_share", 0.0)
    site: Site = make_site(parts=[found.PART, console_part(pictures_of)])
    people = [f"r{number}@example.com" for number in range(REVIEWERS)]
    for email in people:
        site.add_person(email, Role.REVIEWER)
    cases = [add_case(site.database) for _ in range(CASES)]
    reviewers = [Reviewer(site, email) for email in people]
    for one in reviewers:
        one.start()
    until(lambda: sum(len(one.answered) for one in reviewers) >= CASES // 6)
    postmaster = psutil.Process(server.get_pid())
    postmaster.send_signal(signal.SIGQUIT)  # it ends at once, with whatever was under way
    until(lambda: not postmaster.is_running() or postmaster.status() == psutil.STATUS_ZOMBIE)
    failed = sum(one.failures for one in reviewers)
    until(lambda: sum(one.failures for one in reviewers) > failed)  # its absence was met
    until(lambda: starts(server))
    for one in reviewers:
        one.join(_PATIENCE)
        assert not one.is_alive()
    with site.database.reading() as session:
        decisions = session.scalars(select(Decision)).all()
        assert Counter(one.case_id for one in decisions) == Counter(cases), "one decision a case"
        told = {token for one in reviewers for token in one.answered}
        assert told == {one.token for one in decisions}, "what was answered is there, and nothing else is"
        assert {one.stage for one in session.scalars(select(Queued))} == {"done"}
        announced = session.scalars(select(Announcement.decision_id)).all()
        assert Counter(announced) == Counter(one.id for one in decisions), "each is announced once"
        assert verify_all(session).decisions == CASES
