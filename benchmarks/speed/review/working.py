"""Fifty reviewers at work at once, by the real server: what each of them waits for.

A reviewer reads a case for five seconds in the mean, which is seven times as fast as a hundred an hour, and
looks at the queue after the first and then after every fifth. The load is bounded: nobody asks before they
have been answered.
"""

import random
import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import httpx

from benchmarks.house import computed
from benchmarks.measurement import Measurement
from brand_registry.identity.sessions import begin
from brand_registry.people import Person, Role, RoleHeld
from storage.database import Database
from workers.pool import processors
from workers.starting import start
from workers.worker import end

REVIEWERS = 50
_READS = 5.0
"""Seconds that a reviewer reads a case, in the mean."""
_SEEN = re.compile(r'name="seen" value="(\d+)"')
_TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')
_REASON = re.compile(r'<option value="(\w+)"')
_STARTS = 180.0
"""Seconds that the server may take to answer."""
_AT_REST = 0.05
"""Seconds that a server which has started computes at most in half a second."""
_MOST = 100
"""Milliseconds that the 95th percentile may take."""
Took = dict[str, list[float]]


def worked(
    name: str, where: str, database: Database, *, url: str, folder: Path, seconds: float
) -> Iterator[Measurement]:
    cookies = _people(database)
    took: Took = defaultdict(list)
    failed: list[str] = []
    with _served(url, folder) as (address, server):
        before = computed([server])
        until = time.monotonic() + seconds
        threads = [
            threading.Thread(target=_work, args=(address, cookie, until, took, failed)) for cookie in cookies
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent = computed([server]) - before
    asked = sum(map(len, took.values()))
    note = f"{asked:,} requests; without the database's own"
    yield Measurement(name, f"processor time a request: {where}", 1000 * spent / asked, "ms", note=note)
    for what, times in sorted(took.items()):
        cut = quantiles(times, n=20)
        yield Measurement(
            name, f"{what}, p95: {where}", 1000 * cut[18], "ms", _MOST, at_most=True,
            note=f"p50 {1000 * cut[9]:.1f} ms, {len(times):,} times in {seconds:.0f} s",
        )  # fmt: skip
    note = "; ".join(failed[:3])
    yield Measurement(name, f"failed: {where}", len(failed), "requests", 0, at_most=True, note=note)


def _people(database: Database) -> list[str]:
    """Reviewers, and the cookie of each."""
    with database.writing("bench") as session:
        people = [
            Person(email=f"r{number}@bench.example", name=f"R{number}", roles=[RoleHeld(role=Role.REVIEWER)])
            for number in range(REVIEWERS)
        ]
        session.add_all(people)
        session.flush()
        return [begin(session, person.id, "bench") for person in people]


def _work(address: str, cookie: str, until: float, took: Took, failed: list[str]) -> None:
    chance = random.Random(cookie)
    headers = {"Accept": "text/html", "Origin": address}
    with httpx.Client(base_url=address, cookies={"session": cookie}, headers=headers, timeout=60) as client:

        def ask(what: str, method: str, path: str, data: dict[str, str] | None = None) -> httpx.Response:
            began = time.perf_counter()
            try:
                answer = client.request(method, path, data=data)
            except httpx.HTTPError as error:
                failed.append(f"{what}: {error!r}")
                raise
            took[what].append(time.perf_counter() - began)
            if answer.status_code not in {200, 303}:
                failed.append(f"{what}: {answer.status_code}")
            return answer

        # They don't all come in the same moment.
        time.sleep(chance.random() * min(_READS, 3.0))
        case, count = ask("next case", "POST", "/queue/next").headers.get("location", ""), 0
        # One whole case at the least, however slow the machine is.
        while case.startswith("/cases/") and (count == 0 or time.monotonic() < until):
            shown = ask("case page", "GET", case).text
            time.sleep(chance.expovariate(1 / _READS))
            count += 1
            if count % 5 == 1:
                ask("queue page", "GET", "/queue")
            case = ask(
                "decide, and the next", "POST", f"{case.partition('?')[0]}/decide", _form(shown)
            ).headers.get("location", "")


def _form(page: str) -> dict[str, str]:
    found = [pattern.search(page) for pattern in (_SEEN, _TOKEN, _REASON)]
    seen, token, reason = (one[1] if one else "" for one in found)
    return {"seen": seen, "token": token, "outcome": "confirmed", "policy": "trademark", "reason": reason}


@contextmanager
def _served(url: str, folder: Path) -> Iterator[tuple[str, int]]:
    """The pages by the command, in a process a processor: their address, and the number of the process that
    started the others.
    """
    command = [sys.executable, "-m", "workers.cli", "serve", "--alone", "--port", "0"]
    process = start(
        [*command, "--processes", str(processors())],
        {"DETECTOR_HOME": str(folder), "DETECTOR_DATABASE": url},
        stdout=subprocess.PIPE,
    )
    said = process.stdout
    try:
        told = re.search(rb"http://[0-9.:]+", said.readline() if said else b"")
        if told is None:
            raise RuntimeError("the server did not start; it says why above")
        address = told[0].decode()
        _wait_for(address, process.pid)
        yield address, process.pid
    finally:
        end([process])


def _wait_for(address: str, server: int) -> None:
    """Until it answers, and none of its processes is still at starting."""
    until, before = time.monotonic() + _STARTS, 0.0
    while time.monotonic() < until:
        try:
            spent = computed([server])
            if httpx.get(f"{address}/live").is_success and spent - before < _AT_REST:
                return
            before = spent
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise TimeoutError(f"the server was not up after {_STARTS:.0f} seconds")
